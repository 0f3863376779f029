// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ENTRY_H_
#define STORES_MEMORY_ENTRY_H_

#include <cstdint>

#include "absl/strings/cord.h"
#include "stores/memory/reserved_array.h"

namespace cachestore {

// What is stored under one key. Cords hold up to 15 bytes in place, and more in a block of their
// own.
struct Entry {
  absl::Cord key;
  absl::Cord value;
  int64_t expiry_nanos = 0;  // On the store's monotonic clock.
};

// The entries have ids 0 to size - 1, without holes.
using Entries = ReservedArray<Entry>;

}  // namespace cachestore

#endif  // STORES_MEMORY_ENTRY_H_
