// SPDX-License-Identifier: Apache-2.0
// What the scripts do is tested over a real Redis (redis_options_test.cc).
#include "stores/redis/scripts.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "gmock/gmock.h"
#include "stores/cache_options.h"
#include "stores/redis/command.h"
#include "stores/redis/reply.h"
#include "stores/redis/script.h"
#include "stores/redis/set_command.h"
#include "tests/stores/redis/replies.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string& Etag() {
  static const std::string& etag = *new std::string(20, '\xab');
  return etag;
}

std::vector<std::string> ArgumentsOf(const Command& command) {
  std::vector<std::string> arguments;
  for (const absl::Cord& argument : command.script->arguments) arguments.emplace_back(argument);
  return arguments;
}

TEST(ScriptsTest, GoByTheirDigestWithTheirKey) {
  for (const Command& command :
       {GetAndTtl("key", 0), UnlinkIfEtag("key", Etag()), TryScripts("key")}) {
    EXPECT_EQ(command.bytes, command.script->ByDigest());
    EXPECT_EQ(command.script->key, "key");
  }
}

TEST(ScriptsTest, ArgumentsAreTextAndAnEtagIsHex) {
  const std::string hex = "abababababababababababababababababababab";
  EXPECT_THAT(ArgumentsOf(GetAndTtl("key", 1'500)), ElementsAre("1500"));
  EXPECT_THAT(ArgumentsOf(SetKeepingTtl("key", absl::Cord("v"), 1'500)), ElementsAre("v", "1500"));
  EXPECT_THAT(ArgumentsOf(SetIfEtag("key", absl::Cord("v"), 1'500, Etag())),
              ElementsAre("v", hex, "1500"));
  EXPECT_THAT(ArgumentsOf(SetIfEtag("key", absl::Cord("v"), std::nullopt, Etag())),
              ElementsAre("v", hex, ""));
  EXPECT_THAT(ArgumentsOf(UnlinkIfEtag("key", Etag())), ElementsAre(hex));
  EXPECT_THAT(ArgumentsOf(IncrementBy("key", std::numeric_limits<int64_t>::min(), 1'500)),
              ElementsAre("-9223372036854775808", "1500"));
  EXPECT_THAT(ArgumentsOf(TryScripts("key")), IsEmpty());
}

TEST(ScriptsTest, EachIsAnsweredByRepliesOfItsKindOnly) {
  const std::vector<Reply> replies = {
      NilReply(),
      StringReply("1"),
      StatusReply("OK"),
      StatusReply("NONUMBER"),
      StatusReply("OVERFLOW"),
      IntegerReply(1),
      ArrayReply({StringReply("value"), IntegerReply(-1)}),
      ArrayReply({StringReply("-9223372036854775808"), IntegerReply(0)}),
      ArrayReply({StringReply("1"), IntegerReply(-2)}),
      ArrayReply({StringReply("1")}),
      ArrayReply({IntegerReply(1), IntegerReply(1)}),
      ArrayReply({StringReply("1"), StringReply("1")})};
  enum Kind { kNil, kString, kOk, kNoNumberStatus, kOverflowStatus, kInteger, kValue, kSum };
  const struct {
    Command command;
    std::vector<int> answers;
  } cases[] = {
      {GetAndTtl("key", 0), {kNil, kValue, kSum}},
      {SetKeepingTtl("key", absl::Cord("v"), 1), {kOk}},
      {SetIfEtag("key", absl::Cord("v"), 1, Etag()), {kNil, kOk}},
      {UnlinkIfEtag("key", Etag()), {kInteger}},
      {IncrementBy("key", 1, 1), {kNoNumberStatus, kOverflowStatus, kSum}},
      {TryScripts("key"), {kInteger}},
  };
  for (const auto& c : cases) {
    std::vector<int> answers;
    for (size_t i = 0; i < replies.size(); ++i) {
      if (c.command.is_answered_by(replies[i])) answers.push_back(static_cast<int>(i));
    }
    EXPECT_EQ(answers, c.answers) << c.command.script->script->text();
  }
}

TEST(SetCommandTest, IsOneCommandWhereOneDoesIt) {
  const absl::Cord value("v");
  const auto bytes = [&](const SetOptions& set) {
    const Command command = SetCommand("k", value, set, 1'500);
    EXPECT_EQ(command.script, nullptr);
    return command.bytes;
  };
  const std::string head = "\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
  const std::string px = "$2\r\nPX\r\n$4\r\n1500\r\n";
  EXPECT_EQ(bytes({}), "*5" + head + px);
  EXPECT_EQ(bytes({.condition = SetCondition::IfAbsent()}), "*6" + head + px + "$2\r\nNX\r\n");
  EXPECT_EQ(bytes({.keep_ttl = true, .condition = SetCondition::IfAbsent()}),
            "*6" + head + px + "$2\r\nNX\r\n");
  EXPECT_EQ(bytes({.condition = SetCondition::IfPresent()}), "*6" + head + px + "$2\r\nXX\r\n");
  EXPECT_EQ(bytes({.keep_ttl = true, .condition = SetCondition::IfPresent()}),
            "*5" + head + "$2\r\nXX\r\n$7\r\nKEEPTTL\r\n");
}

TEST(SetCommandTest, IsAScriptWhereItHasToLookFirst) {
  const absl::Cord value("v");
  EXPECT_THAT(ArgumentsOf(SetCommand("k", value, {.keep_ttl = true}, 1'500)),
              ElementsAre("v", "1500"));
  const SetCondition if_etag = SetCondition::IfEtag(Etag());
  EXPECT_THAT(ArgumentsOf(SetCommand("k", value, {.condition = if_etag}, 1'500)).back(), "1500");
  EXPECT_THAT(
      ArgumentsOf(SetCommand("k", value, {.keep_ttl = true, .condition = if_etag}, 1'500)).back(),
      "");
}

}  // namespace
}  // namespace cachestore::redis
