// SPDX-License-Identifier: Apache-2.0
#include "service/door/call_metrics.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/metrics/families.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using testing::ElementsAre;

TEST(CallMetricsTest, CountsByMethodCodeAndLatency) {
  CallMetrics metrics(2);
  metrics.Record(0, absl::StatusCode::kOk, 25'000);
  metrics.Record(0, absl::StatusCode::kOk, 25'001);
  metrics.Record(1, absl::StatusCode::kUnavailable, 3'000'000'000);
  const auto sums = metrics.Sum();
  EXPECT_EQ(sums[0].by_code[0], 2);
  EXPECT_EQ(sums[0].by_latency[0], 1) << "a class has its longest";
  EXPECT_EQ(sums[0].by_latency[1], 1);
  EXPECT_EQ(sums[0].nanos, 50'001);
  EXPECT_EQ(sums[1].by_code[14], 1);
  EXPECT_EQ(sums[1].by_latency.back(), 1) << "the longest class has no end";
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
    nanos += sum.nanos;
  }
  EXPECT_EQ(calls, kThreads * kCalls);
  EXPECT_EQ(nanos, 10 * kThreads * kCalls);
}

TEST(CallFamiliesTest, LatenciesAddUpToAllCalls) {
  const MethodTable methods = {
      {.path = "/a.Service/Do", .audience = Audience::Everyone(), .handle = [](Call&) {}}};
  CallMetrics metrics(1);
  metrics.Record(0, absl::StatusCode::kOk, 30'000);
  metrics.Record(0, absl::StatusCode::kInternal, 40'000'000);
  const MetricFamilies families = CallFamilies(methods, metrics);
  ASSERT_EQ(families.size(), 2);
  EXPECT_EQ(families[0].metric.size(), 2) << "OK, and the one code that came";
  const auto& histogram = families[1].metric[0].histogram;
  EXPECT_EQ(histogram.sample_count, 2);
  EXPECT_DOUBLE_EQ(histogram.sample_sum, 0.04003);
  EXPECT_EQ(histogram.bucket.front().cumulative_count, 0);
  EXPECT_EQ(histogram.bucket[1].cumulative_count, 1);
  EXPECT_EQ(histogram.bucket.back().cumulative_count, 2);
}

TEST(StoreFamiliesTest, EachNamespaceHasItsOwn) {
  const MetricFamilies families =
      StoreFamilies({{"one", {.memory = MemoryStats{.entries = 7, .evicted_for_bytes = 3}}},
                     {"two", {.memory = MemoryStats{.entries = 9}}},
                     {"elsewhere", {}}});
  std::vector<double> entries;
  for (const auto& metric : families[0].metric) entries.push_back(metric.gauge.value);
  EXPECT_THAT(entries, ElementsAre(7, 9)) << "what a store cannot tell is not there";
}

}  // namespace
}  // namespace cachestore
