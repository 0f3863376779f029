// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/command.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/redis/reply.h"
#include "stores/redis/url.h"
#include "tests/stores/redis/replies.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Address AddressOf(const std::string& user, const std::string& password, uint32_t database = 0) {
  Address address;
  address.user = user;
  address.password = password;
  address.database = database;
  return address;
}

std::vector<std::string> BytesOf(const std::vector<Command>& commands) {
  std::vector<std::string> bytes;
  for (const Command& command : commands) bytes.push_back(command.bytes);
  return bytes;
}

TEST(CommandTest, CommandsAreArraysOfBulkStrings) {
  EXPECT_EQ(Get("key").bytes, "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
  EXPECT_EQ(SetPx("key", absl::Cord("value"), 1'500).bytes,
            "*5\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n$2\r\nPX\r\n$4\r\n1500\r\n");
  EXPECT_EQ(Pexpire("key", 1'500).bytes, "*3\r\n$7\r\nPEXPIRE\r\n$3\r\nkey\r\n$4\r\n1500\r\n");
  EXPECT_EQ(Pttl("key").bytes, "*2\r\n$4\r\nPTTL\r\n$3\r\nkey\r\n");
  EXPECT_EQ(UnlinkOne("key").bytes, "*2\r\n$6\r\nUNLINK\r\n$3\r\nkey\r\n");
  EXPECT_EQ(Exists("key").bytes, "*2\r\n$6\r\nEXISTS\r\n$3\r\nkey\r\n");
  EXPECT_EQ(Ping().bytes, "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(
      Scan("17", "a*", 100).bytes,
      "*6\r\n$4\r\nSCAN\r\n$2\r\n17\r\n$5\r\nMATCH\r\n$2\r\na*\r\n$5\r\nCOUNT\r\n$3\r\n100\r\n");
  EXPECT_EQ(SetIfPresent("key").bytes,
            "*6\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n$2\r\nXX\r\n$2\r\nPX\r\n$1\r\n1\r\n");
}

TEST(CommandTest, UnlinkTakesManyKeys) {
  EXPECT_EQ(Unlink({"a", "bc"}).bytes, "*3\r\n$6\r\nUNLINK\r\n$1\r\na\r\n$2\r\nbc\r\n");
  const std::vector<std::string> keys(1'000, "key");
  std::string expected = "*1001\r\n$6\r\nUNLINK\r\n";
  for (size_t i = 0; i < keys.size(); ++i) expected += "$3\r\nkey\r\n";
  EXPECT_EQ(Unlink(keys).bytes, expected);
}

TEST(CommandTest, KeysAndValuesMayHoldAnyByte) {
  const std::string key("\0\r\n$3\r\n\xff %s", 11);
  const std::string value("*1\r\n$8\r\nFLUSHALL\r\n\0", 19);
  EXPECT_EQ(Get(key).bytes, "*2\r\n$3\r\nGET\r\n$11\r\n" + key + "\r\n");
  EXPECT_EQ(
      SetPx(key, absl::Cord(value), 1).bytes,
      "*5\r\n$3\r\nSET\r\n$11\r\n" + key + "\r\n$19\r\n" + value + "\r\n$2\r\nPX\r\n$1\r\n1\r\n");
  EXPECT_EQ(Get("").bytes, "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
  EXPECT_EQ(SetPx("k", absl::Cord(), 1).bytes,
            "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$2\r\nPX\r\n$1\r\n1\r\n");
}

TEST(CommandTest, GreetingBeginsWithThePassword) {
  EXPECT_THAT(BytesOf(Greeting(AddressOf("", "secret"))),
              ElementsAre("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n", Ping().bytes));
  EXPECT_THAT(BytesOf(Greeting(AddressOf("ann", "se cret\n"))),
              ElementsAre("*3\r\n$4\r\nAUTH\r\n$3\r\nann\r\n$8\r\nse cret\n\r\n", Ping().bytes));
}

TEST(CommandTest, GreetingSelectsTheDatabaseIfItIsNotTheFirst) {
  EXPECT_THAT(BytesOf(Greeting(AddressOf("", "", 12))),
              ElementsAre("*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n", Ping().bytes));
  EXPECT_THAT(BytesOf(Greeting(AddressOf("", "x", 1))),
              ElementsAre("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n", "*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n",
                          Ping().bytes));
}

TEST(CommandTest, GreetingIsNeverEmpty) {
  EXPECT_THAT(BytesOf(Greeting(Address())), ElementsAre(Ping().bytes));
  EXPECT_THAT(BytesOf(Greeting(AddressOf("ann", ""))), ElementsAre(Ping().bytes))
      << "without a password there is no AUTH";
}

TEST(CommandTest, GreetingIsAnsweredByOkAndPong) {
  const std::vector<Command> greeting = Greeting(AddressOf("", "x", 1));
  ASSERT_EQ(greeting.size(), 3);
  for (const int i : {0, 1}) {
    EXPECT_TRUE(greeting[i].is_answered_by(StatusReply("OK")));
    EXPECT_FALSE(greeting[i].is_answered_by(StatusReply("PONG")));
    EXPECT_FALSE(greeting[i].is_answered_by(StringReply("OK")));
  }
  EXPECT_TRUE(greeting[2].is_answered_by(StatusReply("PONG")));
  EXPECT_FALSE(greeting[2].is_answered_by(StatusReply("OK")));
}

TEST(CommandTest, EachCommandIsAnsweredByRepliesOfItsKindOnly) {
  const std::vector<Reply> replies = {NilReply(),
                                      StringReply("value"),
                                      StatusReply("OK"),
                                      StatusReply("PONG"),
                                      IntegerReply(1),
                                      ArrayReply({}),
                                      ArrayReply({StringReply("0"), ArrayReply({})})};
  enum Kind { kNil, kString, kOk, kPong, kInteger, kArray, kPage };
  struct Case {
    Command command;
    std::vector<int> answers;
  };
  const Case cases[] = {
      {Get("key"), {kNil, kString}},
      {SetPx("key", absl::Cord("value"), 1), {kOk}},
      {SetPx("key", absl::Cord("value"), 1, SetOnly::kIfAbsent), {kNil, kOk}},
      {SetPx("key", absl::Cord("value"), 1, SetOnly::kIfPresent), {kNil, kOk}},
      {SetIfPresentKeepingTtl("key", absl::Cord("value")), {kNil, kOk}},
      {Unlink({"key"}), {kInteger}},
      {UnlinkOne("key"), {kInteger}},
      {Pexpire("key", 1), {kInteger}},
      {Pttl("key"), {kInteger}},
      {Exists("key"), {kInteger}},
      {Ping(), {kPong}},
      {Scan("0", "*", 1), {kPage}},
      {SetIfPresent("key"), {kNil, kOk}},
  };
  for (const Case& c : cases) {
    std::vector<int> answers;
    for (size_t i = 0; i < replies.size(); ++i) {
      if (c.command.is_answered_by(replies[i])) answers.push_back(static_cast<int>(i));
    }
    EXPECT_EQ(answers, c.answers) << c.command.bytes;
  }
}

TEST(CommandTest, ScanIsAnsweredByACursorAndKeys) {
  const Command scan = Scan("0", "*", 1);
  EXPECT_TRUE(scan.is_answered_by(
      ArrayReply({StringReply("7"), ArrayReply({StringReply("a"), StringReply("b")})})));
  EXPECT_FALSE(scan.is_answered_by(ArrayReply({StringReply("7")})));
  EXPECT_FALSE(scan.is_answered_by(ArrayReply({StringReply("7"), ArrayReply({}), ArrayReply({})})));
  EXPECT_FALSE(scan.is_answered_by(ArrayReply({IntegerReply(7), ArrayReply({})})));
  EXPECT_FALSE(scan.is_answered_by(ArrayReply({StringReply("7"), StringReply("a")})));
  EXPECT_FALSE(scan.is_answered_by(
      ArrayReply({StringReply("7"), ArrayReply({StringReply("a"), NilReply()})})));
  EXPECT_FALSE(scan.is_answered_by(ArrayReply({StringReply("7"), ArrayReply({ArrayReply({})})})));
}

TEST(CommandTest, PageHoldsTheCursorAndTheKeys) {
  const Page page = PageOf(ArrayReply(
      {StringReply("7"), ArrayReply({StringReply("a"), StringReply(std::string(1, '\0'))})}));
  EXPECT_EQ(page.next_cursor, "7");
  EXPECT_THAT(page.keys, ElementsAre("a", std::string(1, '\0')));
  EXPECT_THAT(PageOf(ArrayReply({StringReply("0"), ArrayReply({})})).keys, IsEmpty());
}

}  // namespace
}  // namespace cachestore::redis
