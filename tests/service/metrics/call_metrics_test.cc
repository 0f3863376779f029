// SPDX-License-Identifier: Apache-2.0
#include "service/door/call_metrics.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

TEST(CallMetricsTest, CountsByMethodCodeAndLatency) {
  CallMetrics metrics(2);
  metrics.Record(0, absl::StatusCode::kOk, 25'000);
  metrics.Record(0, absl::StatusCode::kOk, 25'001);
  metrics.Record(0, absl::StatusCode::kOk, 25'001);
  metrics.Record(0, absl::StatusCode::kInternal, 1);
  metrics.Record(1, absl::StatusCode::kUnavailable, 3'000'000'000);
  const auto sums = metrics.Sum();
  const LatencyHistogram& ok = sums[0][0];
  EXPECT_EQ(ok.Count(), 3);
  EXPECT_EQ(ok.by_class[4], 1) << "a class has its longest";
  EXPECT_EQ(ok.by_class[5], 2);
  EXPECT_EQ(ok.nanos, 75'002);
  EXPECT_EQ(sums[0][13].by_class[0], 1) << "what fails at once makes no other call look fast";
  EXPECT_EQ(sums[1][14].Count(), 1);
  EXPECT_EQ(sums[1][14].by_class.back(), 1) << "the longest class has no end";
}

TEST(CallMetricsTest, ACodeThatNobodyKnowsCountsAsTheLast) {
  CallMetrics metrics(1);
  metrics.Record(0, static_cast<absl::StatusCode>(99), 1);
  EXPECT_EQ(metrics.Sum()[0].back().Count(), 1);
}

TEST(CallMetricsTest, NoCountOfManyThreadsIsLost) {
  // More than have cells of their own.
  constexpr int kThreads = 100;
  constexpr int kCalls = 1'000;
  CallMetrics metrics(3);
  RunThreads(kThreads, [&](int) {
    for (int i = 0; i < kCalls; ++i) metrics.Record(i % 3, absl::StatusCode::kOk, 10);
  });
  uint64_t calls = 0;
  uint64_t nanos = 0;
  for (const auto& sum : metrics.Sum()) {
    calls += sum[0].Count();
    nanos += sum[0].nanos;
  }
  EXPECT_EQ(calls, kThreads * kCalls);
  EXPECT_EQ(nanos, 10 * kThreads * kCalls);
}

}  // namespace
}  // namespace cachestore
