// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_KEY_SPACE_H_
#define STORES_REDIS_KEY_SPACE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cachestore::redis {

// The keys of one store among all those of a Redis: the ones that begin with its prefix.
class KeySpace {
 public:
  explicit KeySpace(absl::string_view prefix);

  // Whether Redis holds nothing but this store's keys, as far as a prefix can tell.
  bool is_everything() const { return prefix_.empty(); }

  // What Redis knows `key` by.
  std::string KeyOf(absl::string_view key) const;

  // Whether it is one of these keys.
  bool Holds(absl::string_view redis_key) const;

  // What SCAN is to MATCH: these keys and no others, whatever bytes the prefix has.
  const std::string& pattern() const { return pattern_; }

 private:
  const std::string prefix_;
  const std::string pattern_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_KEY_SPACE_H_
