// SPDX-License-Identifier: Apache-2.0
#include "service/log/log_line.h"

#include "gtest/gtest.h"

namespace cachestore {
namespace {

const absl::Time kTime = absl::FromUnixMicros(1'700'000'000'123'456);

TEST(LogLineTest, TextIsForPeople) {
  EXPECT_EQ(TextOf({.message = "draining"}), "cache_server: draining");
  EXPECT_EQ(
      TextOf(
          {.level = LogLevel::kWarning,
           .message = "slow call",
           .fields = {{"code", std::string("OK")}, {"milliseconds", 1.5}, {"keys", int64_t{7}}}}),
      "cache_server: warning: slow call, code OK, milliseconds 1.5, keys 7");
}

TEST(LogLineTest, JsonIsAnObject) {
  const LogLine line = {.message = "call",
                        .fields = {{"code", std::string("OK")}, {"keys", int64_t{7}}}};
  EXPECT_EQ(JsonOf(line, kTime),
            R"({"time":"2023-11-14T22:13:20.123456Z","level":"info","message":"call",)"
            R"("code":"OK","keys":7})");
}

TEST(LogLineTest, WhateverStandsInItItIsOneLine) {
  const LogLine line = {.message = "a\nb\x1b[31m", .fields = {{"peer", std::string("x\ry")}}};
  EXPECT_EQ(TextOf(line), "cache_server: a\\x0ab\\x1b[31m, peer x\\x0dy");
  EXPECT_EQ(JsonOf(line, kTime).find('\n'), std::string::npos);
  EXPECT_NE(JsonOf(line, kTime).find(R"("message":"a\u000ab\u001b[31m")"), std::string::npos);
}

TEST(LogLineTest, TextThatIsNotUtf8IsStillJson) {
  const std::string json = JsonOf({.message = "\xff"}, kTime);
  EXPECT_NE(json.find("\"message\":\"\xEF\xBF\xBD\""), std::string::npos) << json;
}

TEST(LogLineTest, QuotesStayWhatTheyAre) {
  EXPECT_EQ(TextOf({.message = "it's \"über\""}), "cache_server: it's \"über\"");
  const std::string json = JsonOf({.message = "it's \"so\""}, kTime);
  EXPECT_NE(json.find(R"("it's \"so\"")"), std::string::npos) << json;
}

}  // namespace
}  // namespace cachestore
