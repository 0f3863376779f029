// SPDX-License-Identifier: Apache-2.0
// Scripts and batches over a fake Redis, which answers as no real one does, or goes away in the
// middle.
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/etag.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/fake_redis.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kInternal = absl::StatusCode::kInternal;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

constexpr char kNoScript[] = "-NOSCRIPT No matching script. Please use EVAL.\r\n";

void ServeEmpty(FakeConnection& connection) {
  while (true) {
    const std::vector<std::string> command = connection.ReadCommand();
    if (command.empty()) return;
    connection.Send(command[0] == "PING" ? "+PONG\r\n" : "$-1\r\n");
  }
}

class RedisScriptGarbageTest : public ::testing::TestWithParam<std::string> {};

TEST_P(RedisScriptGarbageTest, IsInternalAndTheNextConnectionServes) {
  FakeRedis redis({[](FakeConnection& connection) {
                     connection.Greet();
                     EXPECT_EQ(connection.ReadCommand()[0], "EVALSHA");
                     connection.Send(GetParam());
                     connection.AwaitClose();
                   },
                   ServeEmpty});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Increment("key", 1),
              StatusIs(kInternal, AllOf(HasSubstr(redis.url()), Not(HasSubstr("secret")))));
  EXPECT_THAT(AwaitService(*store), IsOk());
  EXPECT_EQ(redis.connections(), 2);
}

INSTANTIATE_TEST_SUITE_P(Replies, RedisScriptGarbageTest,
                         ::testing::Values("$-1\r\n", ":1\r\n", "+OK\r\n", "+secret\r\n", "*0\r\n",
                                           "*2\r\n$6\r\nsecret\r\n:1\r\n",
                                           "*2\r\n$1\r\n1\r\n$1\r\n1\r\n",
                                           "*2\r\n$1\r\n1\r\n:-2\r\n", "*2\r\n:1\r\n:1\r\n",
                                           "*3\r\n$1\r\n1\r\n:1\r\n:1\r\n",
                                           "*2\r\n$19\r\n9223372036854775808\r\n:1\r\n"));

TEST(RedisScriptRepliesTest, TtlOfAnEntryThatIsStillThereIsNeverZero) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    EXPECT_EQ(connection.ReadCommand()[0], "EVALSHA");
    connection.Send("*2\r\n$5\r\nvalue\r\n:0\r\n");
    EXPECT_EQ(connection.ReadCommand()[0], "PTTL");
    connection.Send(":0\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  EXPECT_EQ(cache.GetWith("key", {.want_ttl = true})->ttl, absl::Milliseconds(1));
  EXPECT_EQ(cache.ExistsWith("key", {.want_ttl = true})->ttl, absl::Milliseconds(1));
}

TEST(RedisScriptRepliesTest, ScriptThatIsNotKnownIsSentOnceInFull) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    const std::vector<std::string> by_digest = connection.ReadCommand();
    EXPECT_EQ(by_digest[0], "EVALSHA");
    connection.Send(kNoScript);
    std::vector<std::string> in_full = connection.ReadCommand();
    EXPECT_EQ(in_full[0], "EVAL");
    EXPECT_THAT(in_full[1], HasSubstr("sha1hex"));
    in_full[0] = by_digest[0];
    in_full[1] = by_digest[1];
    EXPECT_EQ(in_full, by_digest) << "with the same key and arguments";
    connection.Send(kNoScript);
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).SetWith(
                  "key", absl::Cord("value"),
                  {.condition = SetCondition::IfEtag(EtagOf(absl::Cord("old")))}),
              StatusIs(kInternal, HasSubstr("NOSCRIPT")))
      << "not a third time";
}

TEST(RedisScriptRepliesTest, ScriptThatIsSentAgainEndsWithTheCall) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    EXPECT_EQ(connection.ReadCommand()[0], "EVALSHA");
    connection.Send(kNoScript);
    EXPECT_EQ(connection.ReadCommand()[0], "EVAL");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Increment(
                  "key", 1, std::nullopt, {.deadline = absl::Now() + absl::Milliseconds(300)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(RedisBatchRepliesTest, AllOfABatchIsSentBeforeTheFirstAnswer) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(connection.ReadCommand()[1], absl::StrCat("cache:", i));
    }
    for (int i = 0; i < 1000; ++i) connection.Send(absl::StrCat("$3\r\n", 100 + i % 900, "\r\n"));
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  std::vector<std::string> keys;
  for (int i = 0; i < 1000; ++i) keys.push_back(absl::StrCat(i));
  const auto results = BlockingCacheStore(*store).BatchGet(keys);
  ASSERT_THAT(results, IsOk());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_THAT((*results)[i], IsHit(absl::StrCat(100 + i % 900)));
  }
}

TEST(RedisBatchRepliesTest, WhatWasAnsweredBeforeTheConnectionWasLostKeepsItsResult) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    for (int i = 0; i < 4; ++i) connection.ReadCommand();
    connection.Send("$1\r\n1\r\n$-1\r\n");
  }});
  const auto store = StoreAt(redis.url());
  const auto results = BlockingCacheStore(*store).BatchGet({"a", "b", "c", "d"});
  ASSERT_THAT(results, IsOk());
  const auto lost = StatusIs(kUnavailable, HasSubstr("was lost before the answer came"));
  EXPECT_THAT(*results, ElementsAre(IsHit("1"), IsMiss(), lost, lost));
}

TEST(RedisBatchRepliesTest, ConnectionLostBeforeAllAnswersIsUnavailableAsAWhole) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    for (int i = 0; i < 3; ++i) connection.ReadCommand();
  }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).BatchGet({"a", "b", "c"}),
              StatusIs(kUnavailable, HasSubstr("was lost before the answer came")));
}

TEST(RedisBatchRepliesTest, SilenceIsDeadlineExceededAsAWhole) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).BatchGet(
                  {"a", "b"}, {.deadline = absl::Now() + absl::Milliseconds(200)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(RedisBatchRepliesTest, NonsenseInTheMiddleIsInternalForThatItemOnly) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    for (int i = 0; i < 3; ++i) connection.ReadCommand();
    connection.Send("$1\r\n1\r\n:5\r\n$1\r\n3\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  const auto results = BlockingCacheStore(*store).BatchGet({"a", "b", "c"});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, ElementsAre(IsHit("1"), StatusIs(kInternal), StatusIs(kUnavailable)));
}

TEST(RedisBatchRepliesTest, ScriptIsSentInFullFirstAndAgainOnlyIfItWasForgotten) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    EXPECT_EQ(connection.ReadCommand()[0], "EVAL");
    EXPECT_EQ(connection.ReadCommand()[0], "EVALSHA");
    EXPECT_EQ(connection.ReadCommand()[0], "SET");
    EXPECT_EQ(connection.ReadCommand()[0], "EVAL") << "of another script";
    connection.Send("+OK\r\n");
    connection.Send(kNoScript);
    connection.Send("+OK\r\n$-1\r\n");
    const std::vector<std::string> again = connection.ReadCommand();
    EXPECT_EQ(again[0], "EVAL");
    EXPECT_EQ(again[3], "cache:b");
    EXPECT_EQ(again[4], "2");
    connection.Send("+OK\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  const std::string etag = EtagOf(absl::Cord("old"));
  const auto results = BlockingCacheStore(*store).BatchSet(
      {{"a", absl::Cord("1"), {.keep_ttl = true}},
       {"b", absl::Cord("2"), {.keep_ttl = true}},
       {"c", absl::Cord("3")},
       {"d", absl::Cord("4"), {.condition = SetCondition::IfEtag(etag)}}});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, ElementsAre(IsOkAndHolds(true), IsOkAndHolds(true), IsOkAndHolds(true),
                                    IsOkAndHolds(false)));
}

}  // namespace
}  // namespace cachestore
