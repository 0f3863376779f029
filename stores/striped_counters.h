// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STRIPED_COUNTERS_H_
#define STORES_STRIPED_COUNTERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stores/thread_stripe.h"

namespace cachestore {

// Counters that every call adds to and hardly anybody reads: each thread adds to cells of its own
// (stores/thread_stripe.h), so that an addition costs a nanosecond or two however many threads add.
// Thread-safe.
class StripedCounters {
  struct alignas(kCacheLineBytes) Line {
    static constexpr size_t kCells = kCacheLineBytes / sizeof(std::atomic<uint64_t>);
    std::atomic<uint64_t> cells[kCells] = {};
  };

 public:
  // The cells of one thread: for as long as that runs, and the counters live.
  class Cells {
   public:
    // Adds to the counter of that number.
    void Add(size_t counter, uint64_t count) {
      std::atomic<uint64_t>& cell = lines_[counter / Line::kCells].cells[counter % Line::kCells];
      if (is_shared_) {
        cell.fetch_add(count, std::memory_order_relaxed);
      } else {
        // What only its owner writes needs no atomic read-modify-write.
        cell.store(cell.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
      }
    }

   private:
    friend class StripedCounters;
    Cells(Line* lines, bool is_shared) : lines_(lines), is_shared_(is_shared) {}

    Line* const lines_;
    const bool is_shared_;
  };

  // `counters` of them, numbered from 0; all are zero.
  explicit StripedCounters(size_t counters);
  ~StripedCounters();
  StripedCounters(const StripedCounters&) = delete;
  StripedCounters& operator=(const StripedCounters&) = delete;

  // Where this thread adds.
  Cells OfThisThread() {
    const size_t stripe = ThreadStripe();
    Line* const lines = stripes_[stripe].load(std::memory_order_acquire);
    return {lines != nullptr ? lines : MakeLines(stripe), IsShared(stripe)};
  }

  // What was added up to now to each counter. What is added meanwhile may be there in part.
  std::vector<uint64_t> Sum() const;

 private:
  Line* MakeLines(size_t stripe);

  const size_t counters_;
  const size_t lines_;  // Of each stripe.
  // Made when a stripe first counts.
  std::vector<std::atomic<Line*>> stripes_;
};

}  // namespace cachestore

#endif  // STORES_STRIPED_COUNTERS_H_
