// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/rights.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/event_log.h"
#include "stores/redis/key_space.h"
#include "tests/stores/redis/replies.h"

namespace cachestore::redis {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Right = Rights::Right;

class RightsTest : public ::testing::Test {
 protected:
  void Refuse(Right right) { rights_.Note(right, ErrorReply("NOPERM no 'secret' for you")); }

  // What asks for `right` again, once it was refused.
  std::string ProbeFor(Right right) {
    Refuse(right);
    const std::optional<Rights::Probe> probe = rights_.NextProbe();
    if (!probe.has_value()) return "none";
    EXPECT_EQ(probe->right, right);
    return probe->command.bytes;
  }

  const KeySpace keys_{"cache*:", 3};
  std::vector<std::string> log_;
  Rights rights_{keys_, "redis://host:6379", [this](Severity /*severity*/, absl::string_view line) {
                   log_.emplace_back(line);
                 }};
};

TEST_F(RightsTest, AtFirstThereIsNothingToProbe) {
  EXPECT_FALSE(rights_.NextProbe().has_value());
  rights_.Restore(Right::kGet);
  EXPECT_FALSE(rights_.NextProbe().has_value());
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(RightsTest, LostRightIsLoggedOnceWithoutWhatRedisSaid) {
  Refuse(Right::kSet);
  Refuse(Right::kSet);
  EXPECT_THAT(log_, ElementsAre(AllOf(StartsWith("redis://host:6379: Redis refuses"),
                                      EndsWith("(NOPERM), for SET"), Not(HasSubstr("secret")))));
}

TEST_F(RightsTest, ReplyToACallerGivesNoRightBack) {
  // The user may do it to that key, and not to others.
  Refuse(Right::kGet);
  rights_.Note(Right::kGet, NilReply());
  EXPECT_TRUE(rights_.NextProbe().has_value());
  Refuse(Right::kGet);
  EXPECT_EQ(log_.size(), 1u);
}

TEST_F(RightsTest, RegainedRightIsLoggedOnce) {
  Refuse(Right::kScan);
  log_.clear();
  rights_.Restore(Right::kScan);
  rights_.Restore(Right::kScan);
  EXPECT_THAT(log_, ElementsAre("redis://host:6379: allows SCAN again"));
  EXPECT_FALSE(rights_.NextProbe().has_value());
}

TEST_F(RightsTest, ErrorsThatAreNoRefusalTakeNoRight) {
  for (const absl::string_view error : {"LOADING x", "WRONGTYPE x", "OOM x", "ERR x"}) {
    rights_.Note(Right::kGet, ErrorReply(std::string(error)));
  }
  EXPECT_FALSE(rights_.NextProbe().has_value());
}

TEST_F(RightsTest, ValueThatReadsLikeARefusalTakesNoRight) {
  rights_.Note(Right::kGet, StringReply("NOPERM x"));
  EXPECT_FALSE(rights_.NextProbe().has_value());
}

// The key of the probes is a byte too long for the key of an entry.
TEST_F(RightsTest, EachRightHasAProbeThatTouchesNoEntry) {
  EXPECT_THAT(ProbeFor(Right::kScripts),
              AllOf(HasSubstr("EVALSHA"), EndsWith("$11\r\ncache*:....\r\n")));
  EXPECT_EQ(ProbeFor(Right::kPttl), "*2\r\n$4\r\nPTTL\r\n$11\r\ncache*:....\r\n");
  EXPECT_EQ(ProbeFor(Right::kPexpire), "*3\r\n$7\r\nPEXPIRE\r\n$11\r\ncache*:....\r\n$1\r\n1\r\n");
  EXPECT_EQ(ProbeFor(Right::kScan),
            "*6\r\n$4\r\nSCAN\r\n$1\r\n0\r\n$5\r\nMATCH\r\n$9\r\ncache\\*:*\r\n"
            "$5\r\nCOUNT\r\n$1\r\n1\r\n");
  EXPECT_EQ(ProbeFor(Right::kExists), "*2\r\n$6\r\nEXISTS\r\n$11\r\ncache*:....\r\n");
  EXPECT_EQ(ProbeFor(Right::kUnlink), "*2\r\n$6\r\nUNLINK\r\n$11\r\ncache*:....\r\n");
  EXPECT_EQ(ProbeFor(Right::kSet),
            "*6\r\n$3\r\nSET\r\n$11\r\ncache*:....\r\n$0\r\n\r\n"
            "$2\r\nXX\r\n$2\r\nPX\r\n$1\r\n1\r\n");
  EXPECT_EQ(ProbeFor(Right::kGet), "*2\r\n$3\r\nGET\r\n$11\r\ncache*:....\r\n");
}

TEST_F(RightsTest, RightsAreProbedUntilAllAreBack) {
  Refuse(Right::kScan);
  Refuse(Right::kGet);
  ASSERT_TRUE(rights_.NextProbe().has_value());
  EXPECT_EQ(rights_.NextProbe()->right, Right::kGet);
  rights_.Restore(Right::kGet);
  ASSERT_TRUE(rights_.NextProbe().has_value());
  EXPECT_EQ(rights_.NextProbe()->right, Right::kScan);
  rights_.Restore(Right::kScan);
  EXPECT_FALSE(rights_.NextProbe().has_value());
}

}  // namespace
}  // namespace cachestore::redis
