// SPDX-License-Identifier: Apache-2.0

// The figures of cachectl bench, without a service.
#include "client/command_line/bench.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/command_line/latency_buckets.h"
#include "client/command_line/load.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(LatencyBucketsTest, WithoutAnyAllIsZero) {
  const LatencyBuckets none;
  EXPECT_EQ(none.total(), 0);
  EXPECT_EQ(none.Percentile(0.99), absl::ZeroDuration());
  EXPECT_EQ(none.Mean(), absl::ZeroDuration());
  EXPECT_EQ(none.Max(), absl::ZeroDuration());
}

TEST(LatencyBucketsTest, OneOfAnySizeIsRightToWithinOnePercent) {
  std::vector<int64_t> sizes = {1, 127, 128, 129, 255, 256, 257, INT64_MAX / 2, INT64_MAX};
  for (int64_t nanos = 1'000; nanos < 100'000'000'000; nanos = nanos * 11 / 7) {
    sizes.push_back(nanos);
  }
  for (const int64_t nanos : sizes) {
    LatencyBuckets buckets;
    buckets.Add(absl::Nanoseconds(nanos));
    // A larger one, so that the bucket's end is not the greatest of all.
    if (nanos < INT64_MAX / 2) buckets.Add(absl::Nanoseconds(nanos) * 2);
    const auto half = static_cast<double>(absl::ToInt64Nanoseconds(buckets.Percentile(0.5)));
    EXPECT_GE(half, static_cast<double>(nanos)) << nanos;
    EXPECT_LE(half, 1.01 * static_cast<double>(nanos)) << nanos;
  }
}

TEST(LatencyBucketsTest, PercentilesAreThoseOfASortedList) {
  LatencyBuckets buckets;
  std::vector<int64_t> sorted;
  uint64_t state = 1;
  for (int i = 0; i < 10'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto nanos = static_cast<int64_t>(state >> (34 + i % 12));
    buckets.Add(absl::Nanoseconds(nanos));
    sorted.push_back(nanos);
  }
  std::ranges::sort(sorted);
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(std::llround(share * 10'000)) - 1;
    const auto exact = static_cast<double>(sorted[rank]);
    const auto found = static_cast<double>(absl::ToInt64Nanoseconds(buckets.Percentile(share)));
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found, 1.01 * exact + 1) << share;
  }
  EXPECT_EQ(buckets.Max(), absl::Nanoseconds(sorted.back()));
}

TEST(LatencyBucketsTest, SumsKeepEveryCount) {
  LatencyBuckets one;
  one.Add(absl::Milliseconds(1));
  LatencyBuckets sum;
  sum.Add(absl::Milliseconds(3));
  sum.Add(-absl::Milliseconds(1));
  sum.Add(one);
  EXPECT_EQ(sum.total(), 3);
  EXPECT_EQ(sum.Max(), absl::Milliseconds(3));
  EXPECT_EQ(sum.Percentile(0.01), absl::ZeroDuration());
  EXPECT_NEAR(absl::ToDoubleMilliseconds(sum.Mean()), 4.0 / 3, 1e-6);
}

LoadResult SomeResult() {
  LoadResult result;
  for (int i = 0; i < 3; ++i) result.gets.latency.Add(absl::Milliseconds(2));
  result.sets.latency.Add(absl::Milliseconds(4));
  result.sets.errors = 1;
  result.hits = 3;
  result.took = absl::Seconds(2);
  return result;
}

TEST(BenchReportTest, ForPeopleIsATable) {
  EXPECT_EQ(BenchReport({}, SomeResult()),
            "2.00 calls/s of 1000 asked for, 2.00 s, hit ratio 100.0 %\n"
            "\n"
            "from the intended start  calls  errors  not begun     mean      p50      p90      p99"
            "    p99.9      max\n"
            "Get                          3       0          0  2.00 ms  2.00 ms  2.00 ms  2.00 ms"
            "  2.00 ms  2.00 ms\n"
            "Set                          1       1          0  4.00 ms  4.00 ms  4.00 ms  4.00 ms"
            "  4.00 ms  4.00 ms\n"
            "all                          4       1          0  2.50 ms  2.01 ms  4.00 ms  4.00 ms"
            "  4.00 ms  4.00 ms\n");
}

TEST(BenchReportTest, SaysThatTheRateWasNotReached) {
  LoadResult result = SomeResult();
  result.gets.not_begun = 5;
  result.sets.not_begun = 2;
  EXPECT_THAT(
      BenchReport({}, result),
      AllOf(StartsWith("2.00 calls/s of 1000 asked for, 2.00 s, hit ratio 100.0 %\n"
                       "The rate was not reached: 7 calls were due and had not begun when the time "
                       "was over.\n\n"),
            HasSubstr("\nGet                          3       0          5  "),
            HasSubstr("\nall                          4       1          7  ")));
  EXPECT_THAT(BenchReport({.plan = {}, .form = BenchForm::kCsv}, result),
              AllOf(HasSubstr("\nSet,1,1,2,"), HasSubstr("\nall,4,1,7,")));
  EXPECT_THAT(BenchReport({.plan = {}, .form = BenchForm::kJson}, result),
              HasSubstr("{\"method\":\"all\",\"calls\":4,\"errors\":1,\"not_begun\":7,"));
}

TEST(BenchReportTest, ForProgramsIsCsvOrJson) {
  const std::string csv = BenchReport({.plan = {}, .form = BenchForm::kCsv}, SomeResult());
  EXPECT_THAT(csv, StartsWith("method,calls,errors,not_begun,mean,p50,p90,p99,p99.9,max\n"
                              "Get,3,0,0,0.002000000,0.002000000,"));
  EXPECT_THAT(
      BenchReport({.plan = {}, .form = BenchForm::kJson}, SomeResult()),
      StartsWith("{\"rate_asked\":1000,\"rate\":2,\"seconds\":2,\"hits\":3,\"methods\":["
                 "{\"method\":\"Get\",\"calls\":3,\"errors\":0,\"not_begun\":0,\"mean\":0.002,"));
}

}  // namespace
}  // namespace cachestore
