// SPDX-License-Identifier: Apache-2.0
// What only a Redis can do to the operations with options and to counters: scripts that it forgets,
// entries that others have stored, and how TTLs lie in it.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/etag.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kFailedPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

class RedisOptionsTest : public ::testing::Test {
 protected:
  static RedisServer& Redis() {
    static RedisServer redis;
    return redis;
  }
  RedisOptionsTest() {
    Redis().Run({"FLUSHALL"});
    Redis().Run({"SCRIPT", "FLUSH"});
  }

  // The TTL that Redis has for `key` of the store.
  static int64_t TtlMillis(const std::string& key) {
    int64_t millis = 0;
    EXPECT_TRUE(absl::SimpleAtoi(Redis().Run({"PTTL", "cache:" + key}), &millis));
    return millis;
  }
  // It may have run for a minute.
  static bool IsAbout(absl::Duration ttl, absl::Duration expected) {
    return ttl <= expected && ttl > expected - absl::Minutes(1);
  }
  static bool HasTtlOf(const std::string& key, absl::Duration expected) {
    return IsAbout(absl::Milliseconds(TtlMillis(key)), expected);
  }

  const std::unique_ptr<RedisCacheStore> store_ = StoreAt(Redis().url());
  BlockingCacheStore cache_{*store_};
};

std::string EtagOfText(const std::string& text) { return EtagOf(absl::Cord(text)); }

TEST_F(RedisOptionsTest, ScriptsThatRedisForgetsAreSentAgain) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("1")), IsOk());
  Redis().Run({"CONFIG", "RESETSTAT"});
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(cache_.Increment("key", 1)->value, 2 + 3 * round);
    Redis().Run({"SCRIPT", "FLUSH"});
    EXPECT_EQ(cache_.Increment("key", 1)->value, 3 + 3 * round);
    EXPECT_EQ(cache_.Increment("key", 1)->value, 4 + 3 * round) << "and it knows it again";
  }
  EXPECT_THAT(Redis().Run({"INFO", "commandstats"}),
              AllOf(HasSubstr("cmdstat_eval:calls=4,"), HasSubstr("cmdstat_evalsha:calls=9,")));
}

TEST_F(RedisOptionsTest, EachScriptIsSentAgain) {
  const auto expect_all = [&] {
    ASSERT_THAT(cache_.Set("key", absl::Cord("1")), IsOk());
    EXPECT_THAT(cache_.GetWith("key", {.want_ttl = true})->value.value(), absl::Cord("1"));
    EXPECT_THAT(cache_.SetWith("key", absl::Cord("2"), {.keep_ttl = true}), IsOkAndHolds(true));
    EXPECT_THAT(cache_.SetWith("key", absl::Cord("3"),
                               {.condition = SetCondition::IfEtag(EtagOfText("2"))}),
                IsOkAndHolds(true));
    EXPECT_EQ(cache_.Increment("key", 4)->value, 7);
    EXPECT_THAT(cache_.DeleteIf("key", EtagOfText("7")), IsOkAndHolds(true));
    EXPECT_THAT(cache_.Get("key"), IsMiss());
  };
  expect_all();
  expect_all();
  Redis().Run({"SCRIPT", "FLUSH"});
  expect_all();
}

TEST_F(RedisOptionsTest, EtagAloneIsAPlainGet) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(cache_.GetWith("key", {.want_etag = true})->etag, EtagOfText("value"));
  EXPECT_THAT(Redis().Run({"INFO", "memory"}), HasSubstr("number_of_cached_scripts:0"));
}

TEST_F(RedisOptionsTest, EntryThatOthersStoredWithoutTtlShowsNone) {
  Redis().Run({"SET", "cache:key", "5"});
  const auto got = cache_.GetWith("key", {.want_etag = true, .want_ttl = true});
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->value, absl::Cord("5"));
  EXPECT_EQ(got->etag, EtagOfText("5"));
  EXPECT_EQ(got->ttl, std::nullopt);
  const auto exists = cache_.ExistsWith("key", {.want_ttl = true});
  ASSERT_THAT(exists, IsOk());
  EXPECT_TRUE(exists->exists);
  EXPECT_EQ(exists->ttl, std::nullopt);
  const auto sum = cache_.Increment("key", 1);
  ASSERT_THAT(sum, IsOk());
  EXPECT_EQ(sum->ttl, std::nullopt);
  EXPECT_THAT(cache_.SetWith("key", absl::Cord("7"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_EQ(TtlMillis("key"), -1) << "what there is not is kept, too";
}

TEST_F(RedisOptionsTest, TouchGivesATtlToWhatHasNone) {
  Redis().Run({"SET", "cache:key", "value"});
  const auto got = cache_.GetWith("key", {.want_ttl = true, .touch = absl::Hours(1)});
  ASSERT_THAT(got, IsOk());
  EXPECT_TRUE(IsAbout(got->ttl.value(), absl::Hours(1)));
  EXPECT_TRUE(HasTtlOf("key", absl::Hours(1)));
  const auto exists = cache_.ExistsWith("key", {.want_ttl = true, .touch = absl::Hours(2)});
  ASSERT_THAT(exists, IsOk());
  EXPECT_EQ(exists->ttl, absl::Hours(2));
  EXPECT_TRUE(HasTtlOf("key", absl::Hours(2)));
}

TEST_F(RedisOptionsTest, TouchOfAMissCreatesNothing) {
  EXPECT_EQ(cache_.GetWith("key", {.touch = absl::Hours(1)})->value, std::nullopt);
  EXPECT_FALSE(cache_.ExistsWith("key", {.want_ttl = true, .touch = absl::Hours(1)})->exists);
  EXPECT_FALSE(cache_.ExistsWith("key", {.want_ttl = true})->exists);
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "0");
}

TEST_F(RedisOptionsTest, EverySetLeavesTheTtlThatItShould) {
  const std::string etag = EtagOfText("old");
  const struct {
    SetOptions set;
    bool was_there;
    absl::Duration expected;
  } cases[] = {
      {{.keep_ttl = true}, true, absl::Hours(5)},
      {{.keep_ttl = true}, false, absl::Minutes(5)},
      {{.keep_ttl = true, .condition = SetCondition::IfAbsent()}, false, absl::Minutes(5)},
      {{.ttl = absl::Hours(2), .condition = SetCondition::IfAbsent()}, false, absl::Hours(2)},
      {{.keep_ttl = true, .condition = SetCondition::IfPresent()}, true, absl::Hours(5)},
      {{.ttl = absl::Hours(2), .condition = SetCondition::IfPresent()}, true, absl::Hours(2)},
      {{.keep_ttl = true, .condition = SetCondition::IfEtag(etag)}, true, absl::Hours(5)},
      {{.ttl = absl::Hours(2), .condition = SetCondition::IfEtag(etag)}, true, absl::Hours(2)},
  };
  for (const auto& c : cases) {
    Redis().Run({"FLUSHALL"});
    if (c.was_there) {
      ASSERT_THAT(cache_.Set("key", absl::Cord("old"), absl::Hours(5)), IsOk());
    }
    ASSERT_THAT(cache_.SetWith("key", absl::Cord("new"), c.set), IsOkAndHolds(true));
    EXPECT_EQ(Redis().Run({"GET", "cache:key"}), "new");
    EXPECT_TRUE(HasTtlOf("key", c.expected)) << TtlMillis("key") << " and not " << c.expected;
  }
}

TEST_F(RedisOptionsTest, ConditionThatIsNotMetChangesNothing) {
  const std::string other = EtagOfText("other");
  EXPECT_THAT(cache_.SetWith("absent", absl::Cord("new"), {.condition = SetCondition::IfPresent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache_.SetWith("absent", absl::Cord("new"),
                             {.keep_ttl = true, .condition = SetCondition::IfPresent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(
      cache_.SetWith("absent", absl::Cord("new"), {.condition = SetCondition::IfEtag(other)}),
      IsOkAndHolds(false));
  EXPECT_THAT(cache_.DeleteIf("absent", other), IsOkAndHolds(false));
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "0");
  ASSERT_THAT(cache_.Set("key", absl::Cord("old"), absl::Hours(5)), IsOk());
  EXPECT_THAT(cache_.SetWith("key", absl::Cord("new"), {.condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache_.SetWith("key", absl::Cord("new"), {.condition = SetCondition::IfEtag(other)}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache_.DeleteIf("key", other), IsOkAndHolds(false));
  EXPECT_EQ(Redis().Run({"GET", "cache:key"}), "old");
  EXPECT_TRUE(HasTtlOf("key", absl::Hours(5)));
}

TEST_F(RedisOptionsTest, OtherTypeUnderAKeyIsAFailedPreconditionOfEveryScript) {
  Redis().Run({"RPUSH", "cache:list", "secret"});
  const std::string etag = EtagOfText("secret");
  const absl::Status refused[] = {
      cache_.GetWith("list", {.want_etag = true}).status(),
      cache_.GetWith("list", {.want_ttl = true, .touch = absl::Hours(1)}).status(),
      cache_.SetWith("list", absl::Cord("v"), {.condition = SetCondition::IfEtag(etag)}).status(),
      cache_.DeleteIf("list", etag).status(),
      cache_.Increment("list", 1).status(),
  };
  for (const absl::Status& status : refused) {
    EXPECT_THAT(status, StatusIs(kFailedPrecondition, HasSubstr("WRONGTYPE")));
  }
  EXPECT_EQ(Redis().Run({"LRANGE", "cache:list", "0", "-1"}), "secret\n");
  EXPECT_EQ(TtlMillis("list"), -1) << "not touched, either";
}

TEST_F(RedisOptionsTest, ValueOverTheLimitIsAFailedPrecondition) {
  Redis().Run({"SET", "cache:key", std::string(11, 'x')});
  const auto store =
      RedisCacheStore::Create(
          {.url = Redis().url(), .limits = {.max_value_bytes = 10}, .timeout = kPatient})
          .value();
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.GetWith("key", {.want_etag = true}),
              StatusIs(kFailedPrecondition, HasSubstr("a value of 11 bytes")));
  EXPECT_THAT(cache.GetWith("key", {.want_ttl = true}),
              StatusIs(kFailedPrecondition, HasSubstr("a value of 11 bytes")));
}

TEST_F(RedisOptionsTest, ValuesAndKeysMayHoldAnyByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  ASSERT_THAT(cache_.SetWith(bytes, absl::Cord(bytes), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_EQ(cache_.GetWith(bytes, {.want_ttl = true})->value, absl::Cord(bytes));
  EXPECT_THAT(cache_.SetWith(bytes, absl::Cord(bytes + bytes),
                             {.condition = SetCondition::IfEtag(EtagOfText(bytes))}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache_.DeleteIf(bytes, EtagOfText(bytes + bytes)), IsOkAndHolds(true));
}

TEST_F(RedisOptionsTest, CounterIsExactUpToTheEdges) {
  const struct {
    int64_t stored;
    int64_t delta;
    int64_t sum;
  } cases[] = {{kMost - 1, 1, kMost},
               {kMost, 0, kMost},
               {kMost, kLeast, -1},
               {0, kLeast, kLeast},
               {kLeast + 1, -1, kLeast},
               {kLeast, kMost, -1},
               {-1, 1, 0},
               {9'007'199'254'740'992, 1, 9'007'199'254'740'993}};
  for (const auto& c : cases) {
    Redis().Run({"SET", "cache:key", absl::StrCat(c.stored)});
    const auto sum = cache_.Increment("key", c.delta);
    ASSERT_THAT(sum, IsOk());
    EXPECT_EQ(sum->value, c.sum);
    EXPECT_EQ(Redis().Run({"GET", "cache:key"}), absl::StrCat(c.sum));
  }
}

TEST_F(RedisOptionsTest, CounterBeginsWithTheDeltaAndKeepsItsTtl) {
  for (const int64_t delta : {kLeast, int64_t{-1}, int64_t{0}, kMost}) {
    Redis().Run({"FLUSHALL"});
    const auto created = cache_.Increment("key", delta, absl::Hours(2));
    ASSERT_THAT(created, IsOk());
    EXPECT_EQ(created->value, delta);
    EXPECT_TRUE(IsAbout(created->ttl.value(), absl::Hours(2)));
    const auto kept = cache_.Increment("key", 0, absl::Hours(5));
    ASSERT_THAT(kept, IsOk());
    EXPECT_EQ(kept->value, delta);
    EXPECT_TRUE(IsAbout(kept->ttl.value(), absl::Hours(2)));
    EXPECT_TRUE(HasTtlOf("key", absl::Hours(2)));
  }
}

TEST_F(RedisOptionsTest, SumBeyondTheEdgesIsOutOfRangeAndChangesNothing) {
  const struct {
    int64_t stored;
    int64_t delta;
  } cases[] = {{kMost, 1},   {1, kMost},   {kMost, kMost},
               {kLeast, -1}, {-1, kLeast}, {kLeast, kLeast}};
  for (const auto& c : cases) {
    ASSERT_THAT(cache_.Set("key", absl::Cord(absl::StrCat(c.stored)), absl::Hours(2)), IsOk());
    EXPECT_THAT(cache_.Increment("key", c.delta, absl::Hours(5)),
                StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("delta: ")));
    EXPECT_EQ(Redis().Run({"GET", "cache:key"}), absl::StrCat(c.stored));
    EXPECT_TRUE(HasTtlOf("key", absl::Hours(2)));
  }
}

TEST_F(RedisOptionsTest, TextThatIsNoNumberIsAFailedPreconditionAndStays) {
  for (const std::string text :
       {"05", "+5", "-0", "", "word", " 5", "5 ", "5.0", "1e3", "0x5", "--5", "-", "5\n",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999"}) {
    Redis().Run({"SET", "cache:key", text});
    EXPECT_THAT(cache_.Increment("key", 1),
                StatusIs(kFailedPrecondition, HasSubstr("key: what is stored there is no number")))
        << text;
    EXPECT_EQ(Redis().Run({"GET", "cache:key"}), text);
  }
}

TEST_F(RedisOptionsTest, FullRedisIsExhaustedForScriptsThatWrite) {
  RedisServer full;
  const auto store = StoreAt(full.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("5")), IsOk());
  ASSERT_EQ(full.Run({"CONFIG", "SET", "maxmemory", "1"}), "OK");
  constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
  EXPECT_THAT(cache.Increment("key", 1), StatusIs(kExhausted, HasSubstr("maxmemory")));
  EXPECT_THAT(cache.SetWith("key", absl::Cord("v"), {.keep_ttl = true}), StatusIs(kExhausted));
  EXPECT_EQ(cache.GetWith("key", {.want_ttl = true})->value, absl::Cord("5")) << "it serves reads";
  EXPECT_THAT(cache.DeleteIf("key", EtagOfText("5")), IsOkAndHolds(true)) << "and makes room";
}

}  // namespace
}  // namespace cachestore
