// SPDX-License-Identifier: Apache-2.0
#include "protos/json_text.h"

#include <string>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(JsonTextTest, QuotesWhatItMust) {
  EXPECT_EQ(JsonText("it's \"so\" \\ \n\x7f"), R"("it's \"so\" \\ \u000a\u007f")");
}

TEST(JsonTextTest, WhatIsNoUtf8IsReplacedByteForByte) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(JsonText("\xc0\x80"), "\"" + replaced + replaced + "\"") << "overlong";
  EXPECT_EQ(JsonText("\xed\xa0\x80"), "\"" + replaced + replaced + replaced + "\"") << "half";
  EXPECT_EQ(JsonText("\xe2\x82"), "\"" + replaced + replaced + "\"") << "cut off";
  EXPECT_EQ(JsonText("\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

}  // namespace
}  // namespace cachestore
