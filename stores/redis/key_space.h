// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_KEY_SPACE_H_
#define STORES_REDIS_KEY_SPACE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore::redis {

// The keys of one store among all those of a Redis: the ones that begin with its prefix.
class KeySpace {
 public:
  // No key of a caller has more than `max_key_bytes`.
  KeySpace(absl::string_view prefix, size_t max_key_bytes);

  // Whether Redis holds nothing but this store's keys, as far as a prefix can tell.
  bool is_everything() const { return prefix_.empty(); }

  // What Redis knows `key` by.
  std::string KeyOf(absl::string_view key) const;

  // The same into `redis_key`, whose memory is used again.
  void PutKeyOf(absl::string_view key, std::string& redis_key) const;

  // Whether it is one of these keys.
  bool Holds(absl::string_view redis_key) const;

  // A key of ours that is no caller's: it is too long for one.
  const std::string& ProbeKey() const { return probe_key_; }

  // What SCAN is to MATCH: these keys and no others, whatever bytes the prefix has.
  const std::string& pattern() const { return pattern_; }

 private:
  const std::string prefix_;
  const std::string pattern_;
  const std::string probe_key_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_KEY_SPACE_H_
