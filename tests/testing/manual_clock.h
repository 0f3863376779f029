// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_MANUAL_CLOCK_H_
#define TESTS_TESTING_MANUAL_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "stores/monotonic_clock.h"

namespace cachestore {

// Time that stands still until a test moves it. Thread-safe.
class ManualClock final : public MonotonicClock {
 public:
  int64_t NowNanos() const override { return now_nanos_.load(); }
  int64_t RecentNanos() const override { return now_nanos_.load(); }

  void Advance(absl::Duration time) { now_nanos_.fetch_add(absl::ToInt64Nanoseconds(time)); }

 private:
  std::atomic<int64_t> now_nanos_{1'000'000'000};
};

}  // namespace cachestore

#endif  // TESTS_TESTING_MANUAL_CLOCK_H_
