// SPDX-License-Identifier: Apache-2.0
#include "stores/striped_counters.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(StripedCountersTest, AreZeroUntilSomebodyAdds) {
  const StripedCounters counters(3);
  EXPECT_THAT(counters.Sum(), ElementsAre(0, 0, 0));
}

TEST(StripedCountersTest, EachCountsForItself) {
  StripedCounters counters(20);
  counters.OfThisThread().Add(0, 1);
  counters.OfThisThread().Add(19, 7);
  counters.OfThisThread().Add(19, 3);
  const auto sums = counters.Sum();
  EXPECT_EQ(sums[0], 1);
  EXPECT_EQ(sums[19], 10);
  EXPECT_EQ(sums[8], 0);
}

TEST(StripedCountersTest, NothingThatManyThreadsAddIsLost) {
  // More than have cells of their own.
  constexpr int kThreads = 100;
  constexpr int kAdditions = 1'000;
  StripedCounters counters(3);
  RunThreads(kThreads, [&](int) {
    for (int i = 0; i < kAdditions; ++i) {
      for (size_t counter = 0; counter < 3; ++counter) counters.OfThisThread().Add(counter, 2);
    }
  });
  EXPECT_THAT(counters.Sum(), Each(uint64_t{2} * kThreads * kAdditions));
}

}  // namespace
}  // namespace cachestore
