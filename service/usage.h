// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_USAGE_H_
#define SERVICE_USAGE_H_

#include <cstdint>

#include "stores/striped_counters.h"

namespace cachestore {

// What callers made of a store.
struct UsageCounts {
  // Reads of a value, each key of a batch for itself, that found one, and that did not.
  uint64_t hits = 0;
  uint64_t misses = 0;

  // Entries that callers stored, and that they removed one by one.
  uint64_t stored = 0;
  uint64_t deleted = 0;
};

// Counts it. What ended with an error counts as nothing. Thread-safe.
class Usage {
 public:
  void CountReads(uint64_t hits, uint64_t misses) {
    StripedCounters::Cells cells = counters_.OfThisThread();
    if (hits > 0) cells.Add(kHits, hits);
    if (misses > 0) cells.Add(kMisses, misses);
  }
  void CountRead(bool is_hit) { Add(is_hit ? kHits : kMisses, 1); }
  void CountStored(uint64_t entries) { Add(kStored, entries); }
  void CountDeleted(uint64_t entries) { Add(kDeleted, entries); }

  // Up to now.
  UsageCounts Sum() const;

 private:
  enum Counter { kHits, kMisses, kStored, kDeleted, kCounters };

  void Add(Counter counter, uint64_t count) { counters_.OfThisThread().Add(counter, count); }

  StripedCounters counters_{kCounters};
};

}  // namespace cachestore

#endif  // SERVICE_USAGE_H_
