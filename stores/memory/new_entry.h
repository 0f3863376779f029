// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_NEW_ENTRY_H_
#define STORES_MEMORY_NEW_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "stores/memory/allocation.h"

namespace cachestore {

// Up to so many bytes a key or a value lies in its entry's cell, and takes no block of its own.
inline constexpr size_t kMaxShortBytes = 512;
inline constexpr bool IsLong(size_t bytes) { return bytes > kMaxShortBytes; }

// An entry to be stored. Made before a lock is taken, so that nothing is left to allocate under it:
// what is long has its block by now.
struct NewEntry {
  NewEntry() = default;
  // `key` must outlive this.
  NewEntry(absl::string_view key, absl::Cord value)
      : key(key),
        long_key(IsLong(key.size()) ? CompactCopy(absl::Cord(key)) : absl::Cord()),
        value(IsLong(value.size()) ? CompactCopy(value) : std::move(value)) {}

  absl::string_view key;
  absl::Cord long_key;  // The key again, if it is long.
  absl::Cord value;
  int64_t expiry_nanos = 0;  // On the store's monotonic clock.
};

}  // namespace cachestore

#endif  // STORES_MEMORY_NEW_ENTRY_H_
