// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/slot.h"

#include <random>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "stores/redis/command.h"
#include "stores/redis/scripts.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/loopback.h"

namespace cachestore::redis {
namespace {

TEST(SlotTest, TheCheckValueOfCrc16XmodemIsAsItsCatalogueSays) {
  EXPECT_EQ(SlotOf("123456789"), 0x31C3 % kSlots);
}

TEST(SlotTest, AnEmptyKeyHasTheFirstSlot) { EXPECT_EQ(SlotOf(""), 0); }

TEST(SlotTest, WhatIsBetweenTheFirstBracesAloneCounts) {
  EXPECT_EQ(HashedPartOf("{user1000}.following"), "user1000");
  EXPECT_EQ(HashedPartOf("foo{{bar}}zap"), "{bar");
  EXPECT_EQ(HashedPartOf("foo{bar}{zap}"), "bar");
  EXPECT_EQ(SlotOf("a{tag}b"), SlotOf("c{tag}d"));
}

TEST(SlotTest, WithoutAnythingBetweenBracesAllOfAKeyCounts) {
  for (const absl::string_view key : {"foo{}{bar}", "foo{bar", "foo}bar{", "plain", ""}) {
    EXPECT_EQ(HashedPartOf(key), key);
  }
}

TEST(SlotTest, SlotsAreThoseOfARealRedis) {
  RedisServer redis({"--cluster-enabled", "yes", "--cluster-port", absl::StrCat(FreePort())});
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string key(random() % 20, '\0');
    for (char& c : key) c = random() % 4 == 0 ? "{}"[random() % 2] : static_cast<char>(random());
    EXPECT_EQ(absl::StrCat(SlotOf(key)), redis.Run({"CLUSTER", "KEYSLOT", key}));
  }
}

TEST(SlotTest, EveryCommandThatIsAboutAKeyTellsIt) {
  const std::string key("a\r\n$\0key", 8);
  const absl::Cord value("value\r\n$3\r\nkey\r\n");
  EXPECT_EQ(KeyOfCommand(Get(key).bytes), key);
  EXPECT_EQ(KeyOfCommand(SetPx(key, value, 1000).bytes), key);
  EXPECT_EQ(KeyOfCommand(SetPx(key, value, 1000, SetOnly::kIfAbsent).bytes), key);
  EXPECT_EQ(KeyOfCommand(SetIfPresentKeepingTtl(key, value).bytes), key);
  EXPECT_EQ(KeyOfCommand(Pexpire(key, 1).bytes), key);
  EXPECT_EQ(KeyOfCommand(Pttl(key).bytes), key);
  EXPECT_EQ(KeyOfCommand(UnlinkOne(key).bytes), key);
  EXPECT_EQ(KeyOfCommand(Exists(key).bytes), key);
  const Command script = IncrementBy(key, 1, 1000);
  EXPECT_EQ(KeyOfCommand(script.bytes), key);
  EXPECT_EQ(KeyOfCommand(script.script->InFull()), key);
}

TEST(SlotTest, CommandsWithoutAKeyHaveNone) {
  EXPECT_EQ(KeyOfCommand(Ping().bytes), "");
  EXPECT_EQ(KeyOfCommand(""), "");
  EXPECT_EQ(KeyOfCommand("*2\r\n$3\r\nGET\r\n$999\r\nshort"), "");
}

}  // namespace
}  // namespace cachestore::redis
