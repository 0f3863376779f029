// SPDX-License-Identifier: Apache-2.0
// Real servers that fail: what callers get meanwhile, and that service resumes by itself.
#include <atomic>
#include <chrono>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/steady_deadline.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/loopback.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

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
  const auto store = StoreAt(redis.url(), kPatient, &log);
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
  const auto store = StoreAt(redis.url(), absl::Milliseconds(50));
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
  const auto store = StoreAt(redis.url(), absl::Milliseconds(50));
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
  // When the 1,100th begins, 100 have been in flight for 50 ms. Past 10,000 none is let in.
  EXPECT_LT(calls, 9'000);
  redis.Resume();
  EXPECT_THAT(BlockingCacheStore(*store).Close(), IsOk());
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
