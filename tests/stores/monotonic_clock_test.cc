// SPDX-License-Identifier: Apache-2.0
#include "stores/monotonic_clock.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(SystemMonotonicClockTest, NeverGoesBack) {
  const MonotonicClock& clock = SystemMonotonicClock();
  int64_t last = clock.NowNanos();
  int64_t last_recent = clock.RecentNanos();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now = clock.NowNanos();
    const int64_t recent = clock.RecentNanos();
    ASSERT_GE(now, last);
    ASSERT_GE(recent, last_recent);
    last = now;
    last_recent = recent;
  }
}

TEST(SystemMonotonicClockTest, RecentTimeIsNeverAhead) {
  const MonotonicClock& clock = SystemMonotonicClock();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t recent = clock.RecentNanos();
    ASSERT_LE(recent, clock.NowNanos());
  }
}

}  // namespace
}  // namespace cachestore
