// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/history.h"

#include "gtest/gtest.h"

namespace cachestore {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// A service that has answered one call each second, half of them hits, all in the class of 1 ms.
Totals After(int64_t seconds) {
  Totals totals;
  totals.nanos = seconds * kSecond;
  totals.calls = static_cast<uint64_t>(seconds);
  totals.hits = totals.calls / 2;
  totals.latency.by_class[9] = totals.calls;
  totals.bytes = totals.calls * 100;
  return totals;
}

History Until(int64_t seconds) {
  History history;
  for (int64_t at = 0; at <= seconds; at += 10) history.Add(After(at));
  return history;
}

TEST(HistoryTest, TheLastMinuteIsWhatWasAddedInIt) {
  const v1::Window window = Until(300).Last(absl::Minutes(1), After(300));
  EXPECT_EQ(window.length().seconds(), 60);
  EXPECT_EQ(window.calls(), 60);
  EXPECT_EQ(window.hits(), 30);
  EXPECT_EQ(window.bytes(), 30'000) << "what is held at its end";
}

TEST(HistoryTest, BetweenMomentsItReachesBackToTheEarlierOne) {
  const v1::Window window = Until(300).Last(absl::Minutes(1), After(307));
  EXPECT_EQ(window.length().seconds(), 67);
  EXPECT_EQ(window.calls(), 67);
}

TEST(HistoryTest, AYoungServiceHasAShortMinute) {
  const v1::Window window = Until(20).Last(absl::Minutes(1), After(25));
  EXPECT_EQ(window.length().seconds(), 25);
  EXPECT_EQ(window.calls(), 25);
}

TEST(HistoryTest, PercentilesAreOfTheWindowAlone) {
  History history;
  Totals slow = After(0);
  slow.latency.by_class[19] = 1'000;  // Before the window.
  history.Add(slow);
  Totals now = After(10);
  now.latency.by_class[19] = 1'000;
  const v1::Window window = history.Last(absl::Minutes(1), now);
  EXPECT_GT(window.p50(), 0.0005);
  EXPECT_LE(window.p99(), 0.001);
}

TEST(HistoryTest, StepsAreBetweenMomentsOldestFirst) {
  const auto steps = Until(30).Steps();
  ASSERT_EQ(steps.size(), 3);
  EXPECT_EQ(steps[0].bytes(), 1'000);
  EXPECT_EQ(steps[2].bytes(), 3'000);
  EXPECT_EQ(steps[1].calls(), 10);
}

TEST(HistoryTest, AnHourIsAllThatIsKept) {
  const auto steps = Until(10'000).Steps();
  EXPECT_EQ(steps.size(), History::kSteps);
  EXPECT_EQ(steps.back().bytes(), 1'000'000);
}

TEST(HistoryTest, WithoutAMomentThereIsNothing) {
  EXPECT_EQ(History().Last(absl::Minutes(1), After(9)).calls(), 0);
  EXPECT_TRUE(History().Steps().empty());
}

}  // namespace
}  // namespace cachestore
