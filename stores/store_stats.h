// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STORE_STATS_H_
#define STORES_STORE_STATS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

namespace cachestore {

// What a store in memory holds now, may hold, and has dropped since it was made.
struct MemoryStats {
  // Entries that have expired and are not dropped yet included.
  size_t entries = 0;
  size_t bytes = 0;
  size_t max_entries = 0;
  size_t max_bytes = 0;

  // Dropped since they had expired.
  uint64_t expired = 0;

  // Dropped while they were live, for the room that others took.
  uint64_t evicted_for_entries = 0;
  uint64_t evicted_for_bytes = 0;
};

// What a store knows of itself. Each store has what it can tell.
struct StoreStats {
  std::optional<MemoryStats> memory = {};
};

}  // namespace cachestore

#endif  // STORES_STORE_STATS_H_
