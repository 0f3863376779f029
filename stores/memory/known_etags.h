// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_KNOWN_ETAGS_H_
#define STORES_MEMORY_KNOWN_ETAGS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/cord.h"

namespace cachestore {

// The etags of values that an operation comes across, of which each large one is digested once: a
// digest that was made before a lock was taken is there when it is asked for under it. Not
// thread-safe.
class KnownEtags {
 public:
  // O(bytes), and O(1) for a value whose bytes lie where they did when it was last asked for.
  std::string Of(const absl::Cord& value);

 private:
  struct Known {
    absl::Cord value;  // Kept, so that nothing else comes to lie there.
    std::string etag;
  };

  absl::flat_hash_map<const char*, Known> by_place_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_KNOWN_ETAGS_H_
