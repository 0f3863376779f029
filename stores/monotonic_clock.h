// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MONOTONIC_CLOCK_H_
#define STORES_MONOTONIC_CLOCK_H_

#include <cstdint>

namespace cachestore {

// Time that only goes forward, counted in nanoseconds from an arbitrary origin, so that setting the
// machine's clock expires nothing. Plain integers: this is read on every operation.
// Implementations are thread-safe and never block.
class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;

  // Now. A call never returns less than one that ended before it began.
  virtual int64_t NowNanos() const = 0;

  // Now, cheaper: behind NowNanos() by at most 5 ms, never ahead of it.
  virtual int64_t RecentNanos() const = 0;
};

// The machine's clock. Lives as long as the process.
const MonotonicClock& SystemMonotonicClock();

}  // namespace cachestore

#endif  // STORES_MONOTONIC_CLOCK_H_
