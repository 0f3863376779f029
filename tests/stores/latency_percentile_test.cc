// SPDX-License-Identifier: Apache-2.0
#include "stores/latency_percentile.h"

#include "gtest/gtest.h"
#include "stores/latency_histogram.h"

namespace cachestore {
namespace {

TEST(LatencyPercentileTest, OfNothingIsZero) {
  EXPECT_EQ(LatencyPercentile(LatencyHistogram().by_class, 0.99), 0);
  EXPECT_EQ(LatencyPercentile({}, 0.5), 0);
}

TEST(LatencyPercentileTest, IsInterpolatedWithinAClass) {
  LatencyHistogram histogram;
  histogram.by_class[LatencyClassOf(60'000)] = 4;  // From 50 to 100 us.
  EXPECT_DOUBLE_EQ(LatencyPercentile(histogram.by_class, 0.5), 75e-6);
  EXPECT_DOUBLE_EQ(LatencyPercentile(histogram.by_class, 1), 100e-6);
}

TEST(LatencyPercentileTest, PassesOverTheClassesBefore) {
  LatencyHistogram histogram;
  histogram.by_class[0] = 99;
  histogram.by_class[LatencyClassOf(2'000'000'000)] = 1;
  EXPECT_LE(LatencyPercentile(histogram.by_class, 0.99), 1e-6);
  EXPECT_GT(LatencyPercentile(histogram.by_class, 0.999), 1);
}

TEST(LatencyPercentileTest, BeyondTheLastClassIsItsBeginning) {
  LatencyHistogram histogram;
  histogram.by_class[LatencyClassOf(60'000'000'000)] = 1;
  EXPECT_DOUBLE_EQ(LatencyPercentile(histogram.by_class, 0.99), 2.5);
}

TEST(LatencyClassTest, AClassHasItsLongest) {
  EXPECT_EQ(LatencyClassOf(0), 0);
  EXPECT_EQ(LatencyClassOf(1'000), 0);
  EXPECT_EQ(LatencyClassOf(1'001), 1);
  EXPECT_EQ(LatencyClassOf(2'500'000'001), kLatencyClasses - 1);
}

}  // namespace
}  // namespace cachestore
