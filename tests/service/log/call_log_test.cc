// SPDX-License-Identifier: Apache-2.0
#include "service/log/call_log.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch.pb.h"
#include "protos/cache.pb.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr absl::string_view kSet = "/cachestore.v1.CacheStore/Set";

class CallLogTest : public testing::Test {
 protected:
  std::unique_ptr<CallLog> NewLog(const CallLog::Options& options) {
    return std::make_unique<CallLog>(
        options, [this](const LogLine& line) { lines_.push_back(line); }, clock_);
  }

  static absl::Cord SetOf(const std::string& key, const std::string& value) {
    v1::SetRequest request;
    request.set_key(key);
    request.set_value(value);
    return absl::Cord(request.SerializeAsString());
  }

  static void Write(CallLog& log, absl::string_view method, const absl::Cord& request,
                    const std::string& caller = "") {
    log.Write({.method = method,
               .code = absl::StatusCode::kUnavailable,
               .nanos = 1'500'000,
               .peer = "ipv4:127.0.0.1:1",
               .caller = caller,
               .request = request});
  }

  // How many of a thousand quick calls are wanted.
  static int WantedOfThousand(CallLog& log) {
    int wanted = 0;
    for (int i = 0; i < 1'000; ++i) wanted += log.Wants(1) ? 1 : 0;
    return wanted;
  }

  ManualClock clock_;
  std::vector<LogLine> lines_;
};

TEST_F(CallLogTest, WantsWhatIsSlow) {
  const auto log = NewLog({.slow = absl::Milliseconds(2)});
  EXPECT_FALSE(log->Wants(1'999'999));
  EXPECT_TRUE(log->Wants(2'000'000));
}

TEST_F(CallLogTest, WantsTheShareThatWasAskedFor) {
  EXPECT_EQ(WantedOfThousand(*NewLog({})), 0);
  EXPECT_EQ(WantedOfThousand(*NewLog({.share = 0.25})), 250);
  EXPECT_EQ(WantedOfThousand(*NewLog({.share = 1})), 1'000);
}

TEST_F(CallLogTest, TellsHowACallEndedAndWhoMadeIt) {
  Write(*NewLog({.share = 1}), kSet, SetOf("greeting", "hello"), "shop");
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(TextOf(lines_[0]),
            "cache_server: call, method cachestore.v1.CacheStore/Set, code UNAVAILABLE, "
            "milliseconds 1.5, peer ipv4:127.0.0.1:1, caller shop, key_bytes 8, key_hash 18f6b020, "
            "request_bytes 17");
}

TEST_F(CallLogTest, ASlowCallIsAWarning) {
  Write(*NewLog({.slow = absl::Milliseconds(1)}), kSet, SetOf("greeting", "hello"));
  EXPECT_EQ(lines_.at(0).level, LogLevel::kWarning);
  EXPECT_EQ(lines_.at(0).message, "slow call");
}

TEST_F(CallLogTest, NeitherKeyNorValueIsInIt) {
  Write(*NewLog({.share = 1}), kSet, SetOf("secret-key", "secret-value"));
  EXPECT_THAT(TextOf(lines_.at(0)), Not(HasSubstr("secret")));
}

TEST_F(CallLogTest, WhoAsksForKeysGetsThemAndNoValue) {
  Write(*NewLog({.share = 1, .keys = true}), kSet, SetOf(std::string("k\0y", 3), "secret"));
  EXPECT_THAT(lines_.at(0).fields,
              testing::Contains(testing::Pair("key", LogLine::Value("k\\x00y"))));
  EXPECT_THAT(TextOf(lines_.at(0)), Not(HasSubstr("secret")));
}

TEST_F(CallLogTest, OfABatchItTellsHowManyKeys) {
  v1::BatchGetRequest request;
  for (const char* key : {"a", "b", "c"}) request.add_keys(key);
  Write(*NewLog({.share = 1, .keys = true}), "/cachestore.v1.CacheBatch/BatchGet",
        absl::Cord(request.SerializeAsString()));
  EXPECT_THAT(TextOf(lines_.at(0)), AllOf(HasSubstr("keys 3"), Not(HasSubstr("key_bytes"))));
}

TEST_F(CallLogTest, ACallWithoutAKeyHasNone) {
  Write(*NewLog({.share = 1}), "/cachestore.v1.CacheStore/Ping", absl::Cord());
  EXPECT_THAT(TextOf(lines_.at(0)), Not(HasSubstr("key")));
}

TEST_F(CallLogTest, BytesThatAreNoRequestDoNoHarm) {
  Write(*NewLog({.share = 1}), kSet, absl::Cord("\xff\xff\xff"));
  EXPECT_THAT(TextOf(lines_.at(0)), HasSubstr("key_bytes 0"));
}

TEST_F(CallLogTest, TenLinesASecondAndThenHowManyWereLeftOut) {
  const auto log = NewLog({.share = 1});
  for (int i = 0; i < 17; ++i) Write(*log, kSet, SetOf("key", ""));
  EXPECT_THAT(lines_, SizeIs(CallLog::kLinesPerSecond));
  clock_.Advance(absl::Seconds(1));
  Write(*log, kSet, SetOf("key", ""));
  ASSERT_THAT(lines_, SizeIs(CallLog::kLinesPerSecond + 1));
  EXPECT_THAT(TextOf(lines_.back()), HasSubstr("left_out 7"));
  Write(*log, kSet, SetOf("key", ""));
  EXPECT_THAT(TextOf(lines_.back()), Not(HasSubstr("left_out")));
}

}  // namespace
}  // namespace cachestore
