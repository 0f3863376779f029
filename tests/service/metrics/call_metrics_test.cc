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
  metrics.Record(1, absl::StatusCode::kUnavailable, 3'000'000'000);
  const auto sums = metrics.Sum();
  EXPECT_EQ(sums[0].by_code[0], 2);
  EXPECT_EQ(sums[0].latency.by_class[4], 1) << "a class has its longest";
  EXPECT_EQ(sums[0].latency.by_class[5], 1);
  EXPECT_EQ(sums[0].latency.nanos, 50'001);
  EXPECT_EQ(sums[1].by_code[14], 1);
  EXPECT_EQ(sums[1].latency.by_class.back(), 1) << "the longest class has no end";
}

TEST(CallMetricsTest, ACodeThatNobodyKnowsCountsAsTheLast) {
  CallMetrics metrics(1);
  metrics.Record(0, static_cast<absl::StatusCode>(99), 1);
  EXPECT_EQ(metrics.Sum()[0].by_code.back(), 1);
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
    calls += sum.by_code[0];
    nanos += sum.latency.nanos;
  }
  EXPECT_EQ(calls, kThreads * kCalls);
  EXPECT_EQ(nanos, 10 * kThreads * kCalls);
}

}  // namespace
}  // namespace cachestore
