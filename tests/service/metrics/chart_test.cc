// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/chart.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::Not;

Chart ChartOf(std::vector<ChartLine> lines, double top = 0) {
  return {.title = "Calls",
          .now = "7",
          .lines = std::move(lines),
          .top = top,
          .text = [](double value) { return absl::StrCat(value); }};
}

TEST(ChartTest, ALineEndsAtTheRightEdgeAndTheGreatestValueAtTheTop) {
  const std::string html = ChartHtml(ChartOf({{"calls", {0, 5, 10}}}), 3, "1 h");
  EXPECT_THAT(html, HasSubstr("class=\"line\" points=\"0.0,100.0 500.0,50.0 1000.0,0.0\""));
  EXPECT_THAT(html, HasSubstr("points=\"0.0,100 0.0,100.0 500.0,50.0 1000.0,0.0 1000.0,100\""))
      << "its area goes down to the ground";
  EXPECT_THAT(html, HasSubstr(">10</span>"));
  EXPECT_THAT(html, HasSubstr("1 h ago"));
}

TEST(ChartTest, WhatIsYoungBeginsLater) {
  EXPECT_THAT(ChartHtml(ChartOf({{"calls", {10}}}), 3, "1 h"),
              HasSubstr("\"500.0,0.0 1000.0,0.0\""))
      << "a value alone can be seen";
}

TEST(ChartTest, WhatIsLongerThanItsTimeShowsItsEnd) {
  EXPECT_THAT(ChartHtml(ChartOf({{"calls", {9, 10, 10}}}), 2, "1 h"),
              HasSubstr("\"0.0,0.0 1000.0,0.0\""));
}

TEST(ChartTest, WhatIsNoNumberIsLeftOut) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::string html = ChartHtml(ChartOf({{"calls", {kNone, 5, 10, kNone}}}), 4, "1 h");
  EXPECT_THAT(html, HasSubstr("class=\"line\" points=\"333.3,50.0 666.7,0.0\""));
  EXPECT_THAT(html, HasSubstr("points=\"333.3,100 333.3,50.0 666.7,0.0 666.7,100\""));
}

TEST(ChartTest, AGivenTopIsTheScale) {
  EXPECT_THAT(ChartHtml(ChartOf({{"calls", {1, 5}}}, 2), 2, "1 h"),
              HasSubstr("\"0.0,50.0 1000.0,0.0\""))
      << "what is beyond it stays inside";
}

TEST(ChartTest, WithoutValuesThereAreNeitherLinesNorNumbersThatAreNone) {
  const std::string html = ChartHtml(ChartOf({{"calls", {}}}), 3, "1 h");
  EXPECT_THAT(html, Not(HasSubstr("polygon")));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(ChartTest, ValuesOfZeroLieOnTheGround) {
  EXPECT_THAT(ChartHtml(ChartOf({{"calls", {0, 0}}}), 2, "1 h"),
              HasSubstr("\"0.0,100.0 1000.0,100.0\""));
}

TEST(ChartTest, TwoLinesAreNamed) {
  const std::string html = ChartHtml(ChartOf({{"p99", {1, 2}}, {"p50", {1, 1}}}), 2, "1 h");
  EXPECT_THAT(html, HasSubstr("<span class=\"key\">p99</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"key two\">p50</span>"));
  EXPECT_THAT(html, HasSubstr("class=\"second\" points=\"0.0,50.0 1000.0,50.0\""));
}

}  // namespace
}  // namespace cachestore
