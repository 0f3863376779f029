// SPDX-License-Identifier: Apache-2.0
// Real servers that fail: what callers get meanwhile, and that service resumes by itself.
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/mutex.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/steady_deadline.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

// The lines that a store logs, until it is closed.
class Log {
 public:
  std::function<void(absl::string_view)> Sink() {
    return [this](absl::string_view line) {
      const MutexLock lock(mutex_);
      lines_.emplace_back(line);
    };
  }
  std::vector<std::string> lines() {
    const MutexLock lock(mutex_);
    return lines_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

std::unique_ptr<RedisCacheStore> StoreAt(const std::string& url, Log* log = nullptr,
                                         absl::Duration timeout = absl::Seconds(20)) {
  RedisCacheStore::Options options = {.url = url, .timeout = timeout};
  if (log != nullptr) options.log = log->Sink();
  return RedisCacheStore::Create(options).value();
}

// Calls until `call` gives OK, as callers do; the last error if it does not within 30 s.
template <typename Call>
absl::Status Await(Call call) {
  const auto limit = SteadyDeadline(absl::Seconds(30));
  absl::Status status = call();
  while (!status.ok() && std::chrono::steady_clock::now() < limit) status = call();
  return status;
}

absl::Status AwaitService(CacheStore& store) {
  return Await([&] { return BlockingCacheStore(store).Get("key").status(); });
}

// Callers that set one key after the other, as fast as they can, until told to stop.
class Load {
 public:
  explicit Load(CacheStore& store) : store_(store) {
    for (int caller = 0; caller < kCallers; ++caller) SetNext(caller, 0);
  }
  ~Load() { Stop(); }

  static constexpr int kCallers = 64;

  // Until so many more calls have succeeded.
  void AwaitSuccesses(int count) {
    const int goal = successes_ + count;
    EXPECT_THAT(Await([&] {
                  return successes_ >= goal ? absl::OkStatus() : absl::UnknownError("too slow");
                }),
                IsOk());
  }

  void Stop() {
    stop_ = true;
    EXPECT_TRUE(stopped_.Wait());
  }

  std::vector<absl::Status> failures() {
    const MutexLock lock(mutex_);
    return failures_;
  }
  // The keys whose Set was acknowledged, and what was stored there.
  std::map<std::string, int> acknowledged() {
    const MutexLock lock(mutex_);
    return acknowledged_;
  }

 private:
  void SetNext(int caller, int number) {
    if (stop_) return stopped_.Happened();
    const std::string key = absl::StrCat("load", caller, ":", number);
    store_.Set(key, absl::Cord(absl::StrCat(number)), absl::Hours(1), {},
               [this, caller, number, key](absl::Status status) {
                 {
                   const MutexLock lock(mutex_);
                   if (status.ok()) {
                     acknowledged_[key] = number;
                     ++successes_;
                   } else {
                     failures_.push_back(std::move(status));
                   }
                 }
                 SetNext(caller, number + 1);
               });
  }

  CacheStore& store_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> successes_ = 0;
  Countdown stopped_{kCallers};
  Mutex mutex_;
  std::vector<absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> acknowledged_ ABSL_GUARDED_BY(mutex_);
};

TEST(RedisFaultsTest, RedisThatIsNotThereIsUnavailableUntilItIs) {
  const uint16_t port = FreePort();
  const auto store = StoreAt(absl::StrCat("redis://127.0.0.1:", port));
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, AllOf(HasSubstr(absl::StrCat("redis://127.0.0.1:", port)),
                                           HasSubstr("Connection refused"))));
  const RedisServer redis({"--port", absl::StrCat(port)});
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisFaultsTest, NameWithoutAnAddressIsUnavailable) {
  const auto store = StoreAt("redis://no-such-host.invalid");
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("its name has no address")));
}

TEST(RedisFaultsTest, DatabaseThatRedisDoesNotHaveIsUnavailable) {
  const RedisServer redis;
  const auto store = StoreAt(absl::StrCat("redis://127.0.0.1:", redis.port(), "/99"));
  EXPECT_THAT(
      BlockingCacheStore(*store).Get("key"),
      StatusIs(kUnavailable, HasSubstr("no database of the number that storage_url gives")));
}

TEST(RedisFaultsTest, Ipv6AddressIsUsed) {
  const RedisServer redis({"--bind", "::1"});
  const auto store = StoreAt(absl::StrCat("redis://[::1]:", redis.port()));
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
}

TEST(RedisFaultsTest, NameIsLookedUp) {
  const RedisServer redis;
  const auto store = StoreAt(absl::StrCat("redis://localhost:", redis.port()));
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
}

TEST(RedisFaultsTest, KilledConnectionFailsOnlyWhatWasInFlight) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  Load load(*store);
  constexpr int kKills = 5;
  for (int kill = 0; kill < kKills; ++kill) {
    // A connection that is lost right after the one before has to wait.
    const auto until = SteadyDeadline(absl::Milliseconds(200));
    while (std::chrono::steady_clock::now() < until) load.AwaitSuccesses(100);
    EXPECT_EQ(redis.Run({"CLIENT", "KILL", "TYPE", "normal"}), "1");
  }
  load.AwaitSuccesses(1000);
  load.Stop();
  EXPECT_LE(load.failures().size(), Load::kCallers * kKills);
  for (const absl::Status& failure : load.failures()) {
    EXPECT_THAT(failure, StatusIs(kUnavailable, HasSubstr("was lost before the answer came")));
  }
}

TEST(RedisFaultsTest, NothingAcknowledgedIsLostThatRedisKeptWhenItWasKilled) {
  RedisServer redis({"--appendonly", "yes", "--appendfsync", "always"});
  Log log;
  const auto store = StoreAt(redis.url(), &log);
  Load load(*store);
  load.AwaitSuccesses(2000);
  redis.Kill();
  redis.Start();
  EXPECT_THAT(AwaitService(*store), IsOk());
  load.AwaitSuccesses(2000);
  load.Stop();
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure, StatusIs(kUnavailable));
  }
  BlockingCacheStore cache(*store);
  for (const auto& [key, number] : load.acknowledged()) {
    ASSERT_THAT(cache.Get(key), IsHit(absl::StrCat(number))) << key;
  }
  EXPECT_THAT(cache.Close(), IsOk());
  EXPECT_THAT(log.lines(), Contains(HasSubstr(": connection lost: ")));
}

TEST(RedisFaultsTest, StoppedServerIsNoticedAndUsedAgainWhenItGoesOn) {
  RedisServer redis;
  const auto store = StoreAt(redis.url(), nullptr, absl::Milliseconds(50));
  ASSERT_THAT(AwaitService(*store), IsOk());
  redis.Pause();
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Await([&] {
                const absl::Status status = cache.Get("key").status();
                return absl::IsUnavailable(status) ? absl::OkStatus() : status;
              }),
              IsOk())
      << "calls fail at once when Redis has been silent for too long";
  redis.Resume();
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisFaultsTest, CallsThatKeepComingEndInTimeWhenRedisHasStopped) {
  RedisServer redis;
  const auto store = StoreAt(redis.url(), nullptr, absl::Milliseconds(50));
  ASSERT_THAT(AwaitService(*store), IsOk());
  redis.Pause();
  // At a pace of their own, whatever becomes of those before: many in each millisecond.
  std::atomic<int> expired = 0;
  int calls = 0;
  const auto limit = SteadyDeadline(absl::Seconds(10));
  while (expired < 100 && std::chrono::steady_clock::now() < limit) {
    const auto next = SteadyDeadline(absl::Microseconds(50));
    ++calls;
    store->Get("key", {}, [&](const auto& result) {
      if (absl::IsDeadlineExceeded(result.status())) ++expired;
    });
    while (std::chrono::steady_clock::now() < next) {
    }
  }
  EXPECT_GE(expired, 100);
  EXPECT_LT(calls, 5'000) << "when the 1,100th begins, 100 should have been in flight for 50 ms";
  redis.Resume();
  EXPECT_THAT(BlockingCacheStore(*store).Close(), IsOk());
}

TEST(RedisFaultsTest, ForeignKeysAreLeftByWhatFindsOutAboutRights) {
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

TEST(RedisFaultsTest, KeyThatTheUserMayNotTouchEndsNoReadiness) {
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

TEST(RedisFaultsTest, WrongPasswordIsUnavailableAndLoggedOnceWithoutIt) {
  RedisServer redis({"--requirepass", "right"});
  Log log;
  const auto store = StoreAt(absl::StrCat("redis://:wrong@127.0.0.1:", redis.port()), &log);
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
}

TEST(RedisFaultsTest, MissingPasswordIsUnavailable) {
  RedisServer redis({"--requirepass", "right"});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), StatusIs(kUnavailable, HasSubstr("NOAUTH")));
}

TEST(RedisFaultsTest, UserAndPasswordOfTheUrlAreUsed) {
  RedisServer redis({"--user", "app", "on", ">p@ss/word", "~cache:*", "+@all"});
  const auto store = StoreAt(absl::StrCat("redis://app:p%40ss%2Fword@127.0.0.1:", redis.port()));
  EXPECT_THAT(BlockingCacheStore(*store).Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(redis.Run({"CLIENT", "LIST"}), HasSubstr("user=app"));
}

TEST(RedisFaultsTest, RightThatWasTakenAwayIsUnavailableAndEndsReadiness) {
  RedisServer redis;
  Log log;
  const auto store = StoreAt(redis.url(), &log);
  BlockingCacheStore cache(*store);
  const std::pair<std::string, std::function<absl::Status()>> operations[] = {
      {"get", [&] { return cache.Get("key").status(); }},
      {"set", [&] { return cache.Set("key", absl::Cord("value")); }},
      {"unlink", [&] { return cache.Delete("key").status(); }},
      {"exists", [&] { return cache.Exists("key").status(); }},
      {"scan", [&] { return cache.Clear(); }},
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

TEST(RedisFaultsTest, PasswordRotatedUnderLoadIsUnavailableUntilItIsRightAgain) {
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

TEST(RedisFaultsTest, FullRedisIsExhaustedForWritesAndServesReads) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  ASSERT_EQ(redis.Run({"CONFIG", "SET", "maxmemory-policy", "noeviction"}), "OK");
  ASSERT_EQ(redis.Run({"CONFIG", "SET", "maxmemory", "1"}), "OK");
  EXPECT_THAT(cache.Set("other", absl::Cord("value")),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("maxmemory")));
  EXPECT_THAT(cache.Get("key"), IsHit("value"));
}

TEST(RedisFaultsTest, ReplicaIsUnavailableForWritesAndServesReads) {
  RedisServer redis;
  redis.Run({"SET", "cache:key", "value"});
  ASSERT_EQ(redis.Run({"REPLICAOF", "127.0.0.1", "1"}), "OK");
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), StatusIs(kUnavailable, HasSubstr("READONLY")));
  EXPECT_THAT(cache.Get("key"), IsHit("value"));
  ASSERT_EQ(redis.Run({"CONFIG", "SET", "replica-serve-stale-data", "no"}), "OK");
  EXPECT_THAT(cache.Get("key"), StatusIs(kUnavailable, HasSubstr("MASTERDOWN")));
}

TEST(RedisFaultsTest, RedisWithTooManyClientsIsUnavailableUntilOneLeaves) {
  RedisServer redis;
  // The test's own connection is one.
  ASSERT_EQ(redis.Run({"CONFIG", "SET", "maxclients", "1"}), "OK");
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), StatusIs(kUnavailable));
  ASSERT_EQ(redis.Run({"CONFIG", "SET", "maxclients", "100"}), "OK");
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisFaultsTest, StoreThatIsClosedDuringAnOutageCloses) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  ASSERT_THAT(AwaitService(*store), IsOk());
  redis.Kill();
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), StatusIs(kUnavailable));
  EXPECT_THAT(BlockingCacheStore(*store).Close(), IsOk());
}

}  // namespace
}  // namespace cachestore
