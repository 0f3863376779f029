// SPDX-License-Identifier: Apache-2.0
// A Redis that does not accept who we are, or what we do: passwords, users, rights.
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

TEST(RedisCredentialsTest, ForeignKeysAreLeftByWhatFindsOutAboutRights) {
  RedisServer redis;
  ASSERT_EQ(redis.Run({"SET", "cache:", "theirs"}), "OK");
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  for (const std::string command : {"unlink", "set"}) {
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "-" + command}), "OK");
    EXPECT_FALSE(command == "set" ? cache.Set("key", absl::Cord("value")).ok()
                                  : cache.Delete("key").ok());
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "+" + command}), "OK");
    EXPECT_THAT(cache.Ping(), IsOk());
  }
  EXPECT_EQ(redis.Run({"GET", "cache:"}), "theirs");
}

TEST(RedisCredentialsTest, KeyThatTheUserMayNotTouchEndsNoReadiness) {
  RedisServer redis;
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "app", "on", ">pass", "%R~cache:*", "~cache:mine*",
                       "~cache:.*", "+@all"}),
            "OK");
  const auto store = StoreAt(absl::StrCat("redis://app:pass@127.0.0.1:", redis.port()));
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Set("other", absl::Cord("value")), StatusIs(kUnavailable));
  EXPECT_THAT(cache.Set("mine", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Ping(), IsOk());
}

TEST(RedisCredentialsTest, WrongPasswordIsUnavailableAndLoggedOnceWithoutIt) {
  RedisServer redis({"--requirepass", "right"});
  Log log;
  const auto store =
      StoreAt(absl::StrCat("redis://:wrong@127.0.0.1:", redis.port()), kPatient, &log);
  BlockingCacheStore cache(*store);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(cache.Get("key"),
                StatusIs(kUnavailable, AllOf(HasSubstr("WRONGPASS"), Not(HasSubstr("wrong@")))));
  }
  EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable, HasSubstr("WRONGPASS")));
  EXPECT_EQ(redis.Run({"AUTH", "right"}), "OK");
  EXPECT_EQ(redis.Run({"CONFIG", "SET", "requirepass", "wrong"}), "OK");
  EXPECT_THAT(AwaitService(*store), IsOk());
  EXPECT_THAT(cache.Close(), IsOk());
  ASSERT_EQ(log.lines().size(), 2u);
  EXPECT_THAT(log.lines()[0], AllOf(HasSubstr("cannot be reached: Redis refuses the user or "
                                              "password of storage_url"),
                                    Not(HasSubstr("wrong"))));
  EXPECT_THAT(log.lines()[1], HasSubstr(": connected"));
  EXPECT_THAT(log.warnings(), ElementsAre(log.lines()[0]));
}

TEST(RedisCredentialsTest, MissingPasswordIsUnavailable) {
  RedisServer redis({"--requirepass", "right"});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), StatusIs(kUnavailable, HasSubstr("NOAUTH")));
}

TEST(RedisCredentialsTest, UserAndPasswordOfTheUrlAreUsed) {
  RedisServer redis({"--user", "app", "on", ">p@ss/word", "~cache:*", "+@all"});
  const auto store = StoreAt(absl::StrCat("redis://app:p%40ss%2Fword@127.0.0.1:", redis.port()));
  EXPECT_THAT(BlockingCacheStore(*store).Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(redis.Run({"CLIENT", "LIST"}), HasSubstr("user=app"));
}

TEST(RedisCredentialsTest, RightThatWasTakenAwayIsUnavailableAndEndsReadiness) {
  RedisServer redis;
  Log log;
  const auto store = StoreAt(redis.url(), kPatient, &log);
  BlockingCacheStore cache(*store);
  const std::pair<std::string, std::function<absl::Status()>> operations[] = {
      {"get", [&] { return cache.Get("key").status(); }},
      {"set", [&] { return cache.Set("key", absl::Cord("value")); }},
      {"unlink", [&] { return cache.Delete("key").status(); }},
      {"exists", [&] { return cache.Exists("key").status(); }},
      {"scan", [&] { return cache.Clear(); }},
      {"pttl", [&] { return cache.ExistsWith("key", {.want_ttl = true}).status(); }},
      {"pexpire", [&] { return cache.ExistsWith("key", {.touch = absl::Hours(1)}).status(); }},
      {"evalsha", [&] { return cache.Increment("key", 1).status(); }},
      {"get",
       [&] {
         return cache.BatchGet({"key", "other"}).status();
       }},
      {"set",
       [&] {
         return cache.BatchSet({{"key", absl::Cord("v")}}).status();
       }},
  };
  for (const auto& [command, call] : operations) {
    ASSERT_THAT(cache.Ping(), IsOk()) << command;
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "-" + command}), "OK");
    EXPECT_THAT(cache.Ping(), IsOk()) << "nobody has noticed yet";
    EXPECT_THAT(call(), StatusIs(kUnavailable, HasSubstr("NOPERM"))) << command;
    EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable, HasSubstr("NOPERM"))) << command;
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "+" + command}), "OK");
    EXPECT_THAT(cache.Ping(), IsOk()) << command << ": Ping has tried it";
  }
  EXPECT_THAT(log.lines(), Contains(HasSubstr("(NOPERM), for GET")));
  EXPECT_THAT(log.lines(), Contains(HasSubstr("allows GET again")));
  EXPECT_THAT(cache.Close(), IsOk());
}

TEST(RedisCredentialsTest, RightThatAScriptNeedsIsUnavailableAndEndsReadiness) {
  RedisServer redis;
  Log log;
  const auto store = StoreAt(redis.url(), kPatient, &log);
  BlockingCacheStore cache(*store);
  const std::string etag(20, 'x');
  const std::pair<std::string, std::function<absl::Status()>> operations[] = {
      {"evalsha", [&] { return cache.DeleteIf("key", etag).status(); }},
      {"eval", [&] { return cache.DeleteIf("key", etag).status(); }},
      {"get", [&] { return cache.DeleteIf("key", etag).status(); }},
      {"incrby", [&] { return cache.Increment("key", 1).status(); }},
      {"pttl", [&] { return cache.GetWith("key", {.want_ttl = true}).status(); }},
      {"pexpire", [&] { return cache.GetWith("key", {.touch = absl::Hours(1)}).status(); }},
      {"set", [&] { return cache.SetWith("key", absl::Cord("1"), {.keep_ttl = true}).status(); }},
  };
  for (const auto& [command, call] : operations) {
    ASSERT_THAT(cache.Ping(), IsOk()) << command;
    ASSERT_THAT(cache.Set("key", absl::Cord("1")), IsOk());
    redis.Run({"SCRIPT", "FLUSH"});
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "-" + command}), "OK");
    EXPECT_THAT(cache.Ping(), IsOk()) << "nobody has noticed yet";
    EXPECT_THAT(call(), StatusIs(kUnavailable, HasSubstr("Redis refuses"))) << command;
    EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable, HasSubstr("Redis refuses"))) << command;
    ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "+" + command}), "OK");
    EXPECT_THAT(cache.Ping(), IsOk()) << command << ": Ping has tried it";
    EXPECT_THAT(call(), IsOk()) << command;
  }
  EXPECT_THAT(log.lines(), Contains(HasSubstr("for EVALSHA, EVAL or what is in our scripts")));
  EXPECT_THAT(cache.Close(), IsOk());
}

TEST(RedisCredentialsTest, TryingTheScriptsChangesNothing) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "-evalsha"}), "OK");
  EXPECT_THAT(cache.Increment("key", 1), StatusIs(kUnavailable));
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "default", "+evalsha"}), "OK");
  EXPECT_THAT(cache.Ping(), IsOk());
  EXPECT_EQ(redis.Run({"DBSIZE"}), "0");
}

// What docs/redis.md gives.
TEST(RedisCredentialsTest, DocumentedRightsAreEnough) {
  RedisServer redis;
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "app", "on", ">pass", "~cache:*", "+get", "+set",
                       "+unlink", "+exists", "+scan", "+ping", "+select", "+pttl", "+pexpire",
                       "+incrby", "+evalsha", "+eval"}),
            "OK");
  const auto store = StoreAt(absl::StrCat("redis://app:pass@127.0.0.1:", redis.port(), "/1"));
  BlockingCacheStore cache(*store);
  const std::string etag(20, 'x');
  EXPECT_THAT(cache.BatchSet({{"key", absl::Cord("1"), {.keep_ttl = true}}})->front(),
              IsOkAndHolds(true));
  EXPECT_THAT(cache.GetWith("key", {.want_ttl = true, .touch = absl::Hours(1)}), IsOk());
  EXPECT_THAT(cache.ExistsWith("key", {.touch = absl::Hours(1)}), IsOk());
  EXPECT_THAT(cache.ExistsWith("key", {.want_ttl = true}), IsOk());
  EXPECT_THAT(cache.Increment("key", 1), IsOk());
  EXPECT_THAT(cache.SetWith("key", absl::Cord("2"), {.condition = SetCondition::IfEtag(etag)}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache.DeleteIf("key", etag), IsOkAndHolds(false));
  EXPECT_THAT(cache.BatchGet({"key"})->front(), IsHit("2"));
  EXPECT_THAT(cache.BatchExists({"key"})->front(), IsOkAndHolds(true));
  EXPECT_THAT(cache.BatchDelete({"key"})->front(), IsOkAndHolds(true));
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_THAT(cache.Ping(), IsOk());
}

TEST(RedisCredentialsTest, PasswordRotatedUnderLoadIsUnavailableUntilItIsRightAgain) {
  RedisServer redis({"--user", "app", "on", ">old", "~*", "+@all"});
  const auto store = StoreAt(absl::StrCat("redis://app:old@127.0.0.1:", redis.port()));
  Load load(*store);
  load.AwaitSuccesses(1000);
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "app", "resetpass", ">new"}), "OK");
  ASSERT_EQ(redis.Run({"CLIENT", "KILL", "USER", "app"}), "1");
  BlockingCacheStore cache(*store);
  EXPECT_THAT(Await([&] {
                const absl::Status status = cache.Get("key").status();
                return absl::StrContains(status.message(), "WRONGPASS") ? absl::OkStatus() : status;
              }),
              IsOk());
  ASSERT_EQ(redis.Run({"ACL", "SETUSER", "app", ">old"}), "OK");
  EXPECT_THAT(AwaitService(*store), IsOk());
  load.Stop();
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure, StatusIs(kUnavailable));
  }
}

}  // namespace
}  // namespace cachestore
