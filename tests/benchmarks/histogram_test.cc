// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

constexpr double kError = 0.01;

TEST(CallHistogramTest, WithoutCallsAllIsZero) {
  const CallHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.Max(), absl::ZeroDuration());
  EXPECT_EQ(histogram.Mean(), absl::ZeroDuration());
  EXPECT_EQ(histogram.Quantile(0.5), absl::ZeroDuration());
}

TEST(CallHistogramTest, OneCallIsEveryQuantile) {
  CallHistogram histogram;
  histogram.Add(absl::Microseconds(1234));
  for (const double share : {0.0, 0.5, 1.0}) {
    EXPECT_EQ(histogram.Quantile(share), absl::Microseconds(1234)) << share;
  }
}

TEST(CallHistogramTest, EveryMagnitudeIsKnownToWithinOnePercent) {
  for (double nanoseconds = 1; nanoseconds < 1e12; nanoseconds = std::ceil(nanoseconds * 1.003)) {
    CallHistogram histogram;
    histogram.Add(absl::Nanoseconds(nanoseconds));
    histogram.Add(absl::Minutes(18));  // Otherwise the largest one would be known exactly.
    const double found = absl::ToDoubleNanoseconds(histogram.Quantile(0.5));
    ASSERT_GE(found, nanoseconds);
    ASSERT_LE(found, nanoseconds * (1 + kError));
  }
}

TEST(CallHistogramTest, QuantilesAreThoseOfTheSortedLatencies) {
  constexpr int kSeed = 7;
  std::mt19937_64 random(kSeed);
  std::lognormal_distribution<double> latency(11, 1.5);  // Its median is 60 us.
  std::vector<double> sorted;
  CallHistogram histogram;
  for (int i = 0; i < 100'000; ++i) {
    sorted.push_back(std::floor(latency(random)));
    histogram.Add(absl::Nanoseconds(sorted.back()));
  }
  std::sort(sorted.begin(), sorted.end());
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const double exact = sorted[static_cast<size_t>(std::ceil(share * 100'000)) - 1];
    const double found = absl::ToDoubleNanoseconds(histogram.Quantile(share));
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found, exact * (1 + kError)) << share;
  }
  EXPECT_EQ(histogram.Max(), absl::Nanoseconds(sorted.back()));
}

TEST(CallHistogramTest, MergingIsAddingAll) {
  CallHistogram all;
  CallHistogram even;
  CallHistogram odd;
  for (int i = 0; i < 1'000; ++i) {
    all.Add(absl::Microseconds(i * i));
    (i % 2 == 0 ? even : odd).Add(absl::Microseconds(i * i));
  }
  even.Merge(odd);
  EXPECT_EQ(even.count(), all.count());
  EXPECT_EQ(even.Max(), all.Max());
  EXPECT_EQ(even.Mean(), all.Mean());
  for (const double share : {0.0, 0.25, 0.5, 0.99, 1.0}) {
    EXPECT_EQ(even.Quantile(share), all.Quantile(share)) << share;
  }
}

TEST(CallHistogramTest, WhatCannotBeIsTheNearestThatCan) {
  CallHistogram histogram;
  histogram.Add(absl::Seconds(-1));
  EXPECT_EQ(histogram.Max(), absl::ZeroDuration());
  histogram.Add(absl::Hours(1));
  EXPECT_GT(histogram.Max(), absl::Minutes(18));
  EXPECT_LT(histogram.Max(), absl::Minutes(19));
}

}  // namespace
}  // namespace cachestore
