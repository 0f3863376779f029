// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/number_text.h"

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(NumberTextTest, CountsHaveThreeDigits) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(0.5), "0.5");
  EXPECT_EQ(CountText(12), "12");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(999.6), "1 k") << "rather than 1000";
  EXPECT_EQ(CountText(1'234), "1.23 k");
  EXPECT_EQ(CountText(45'600), "45.6 k");
  EXPECT_EQ(CountText(7.89e15), "7890 T");
}

TEST(NumberTextTest, BytesGoByPowersOf1024) {
  EXPECT_EQ(BytesText(0), "0 B");
  EXPECT_EQ(BytesText(1023), "1023 B");
  EXPECT_EQ(BytesText(1536), "1.5 KiB");
  EXPECT_EQ(BytesText(64 << 20), "64 MiB");
}

TEST(NumberTextTest, LatenciesGoFromMicroseconds) {
  EXPECT_EQ(LatencyText(12.5e-6), "12.5 µs");
  EXPECT_EQ(LatencyText(0.00125), "1.25 ms");
  EXPECT_EQ(LatencyText(2.5), "2.5 s");
}

TEST(NumberTextTest, ALatencyOfNoCallIsADash) { EXPECT_EQ(LatencyText(0), "–"); }

TEST(NumberTextTest, AShareOfNothingIsADash) {
  EXPECT_EQ(ShareText(7, 8), "87.5 %");
  EXPECT_EQ(ShareText(0, 0), "–");
}

TEST(NumberTextTest, AnAgeHasItsTwoGreatestUnits) {
  EXPECT_EQ(AgeText(absl::Seconds(9)), "9 s");
  EXPECT_EQ(AgeText(absl::Seconds(428)), "7 min 8 s");
  EXPECT_EQ(AgeText(absl::Hours(5) + absl::Minutes(6)), "5 h 6 min");
  EXPECT_EQ(AgeText(absl::Hours(76)), "3 d 4 h");
}

}  // namespace
}  // namespace cachestore
