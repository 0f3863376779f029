// SPDX-License-Identifier: Apache-2.0
// What the Redis store does beyond the contract, over a real server: how entries lie in Redis, what
// Clear touches, what is refused at the start.
#include "stores/redis/redis_cache_store.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kFailedPrecondition = absl::StatusCode::kFailedPrecondition;

class RedisCacheStoreTest : public ::testing::Test {
 protected:
  // Options that no busy machine meets the timeouts of.
  static RedisCacheStore::Options Options(const std::string& prefix) {
    return {.url = Redis().url(),
            .key_prefix = prefix,
            .timeout = absl::Seconds(20),
            .connect_timeout = absl::Seconds(20)};
  }
  static std::unique_ptr<RedisCacheStore> NewStore(const std::string& prefix) {
    return RedisCacheStore::Create(Options(prefix)).value();
  }

  // One server for all cases; each begins with an empty database.
  static RedisServer& Redis() {
    static RedisServer redis;
    return redis;
  }
  RedisCacheStoreTest() { Redis().Run({"FLUSHALL"}); }
};

TEST_F(RedisCacheStoreTest, EntryIsAStringBehindThePrefix) {
  const auto store = NewStore("app:");
  ASSERT_THAT(BlockingCacheStore(*store).Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(Redis().Run({"GET", "app:key"}), "value");
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "1");
}

TEST_F(RedisCacheStoreTest, TtlIsThatOfRedisInMilliseconds) {
  const auto store = NewStore("app:");
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value"), absl::Microseconds(3'599'999'001)), IsOk());
  int64_t expires_ms = 0;
  int64_t now_s = 0;
  ASSERT_TRUE(absl::SimpleAtoi(Redis().Run({"PEXPIRETIME", "app:key"}), &expires_ms));
  const std::string time = Redis().Run({"TIME"});
  ASSERT_TRUE(absl::SimpleAtoi(time.substr(0, time.find('\n')), &now_s));
  EXPECT_LE(expires_ms, (now_s + 3601) * 1000);
  EXPECT_GE(expires_ms, (now_s + 3600 - 60) * 1000);
}

TEST_F(RedisCacheStoreTest, WhatOthersStoredUnderOurPrefixIsAnEntry) {
  Redis().Run({"SET", "app:key", "theirs"});
  const auto store = NewStore("app:");
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"), IsHit("theirs"));
  EXPECT_THAT(cache.Delete("key"), IsOkAndHolds(true));
}

TEST_F(RedisCacheStoreTest, OtherTypeUnderAKeyIsAFailedPrecondition) {
  Redis().Run({"RPUSH", "app:list", "secret"});
  const auto store = NewStore("app:");
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("list"), StatusIs(kFailedPrecondition, HasSubstr("WRONGTYPE")));
  EXPECT_THAT(cache.Set("list", absl::Cord("value")), IsOk()) << "SET replaces any type";
}

TEST_F(RedisCacheStoreTest, ValueOverTheLimitIsAFailedPrecondition) {
  RedisCacheStore::Options options = Options("app:");
  options.limits.max_value_bytes = 10;
  const auto store = RedisCacheStore::Create(options).value();
  BlockingCacheStore cache(*store);
  Redis().Run({"SET", "app:ten", std::string(10, 'x')});
  Redis().Run({"SET", "app:eleven", std::string(11, 'x')});
  EXPECT_THAT(cache.Get("ten"), IsHit(std::string(10, 'x')));
  EXPECT_THAT(cache.Get("eleven"),
              StatusIs(kFailedPrecondition, HasSubstr("a value of 11 bytes there; the limit is 10 "
                                                      "bytes (max_value_bytes)")));
}

TEST_F(RedisCacheStoreTest, DatabaseOfTheUrlIsUsed) {
  RedisCacheStore::Options options = Options("app:");
  options.url.back() = '7';
  const auto store = RedisCacheStore::Create(options).value();
  ASSERT_THAT(BlockingCacheStore(*store).Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(Redis().Run({"EXISTS", "app:key"}), "0");
  Redis().Run({"SELECT", "7"});
  EXPECT_EQ(Redis().Run({"EXISTS", "app:key"}), "1");
  Redis().Run({"SELECT", "0"});
}

TEST_F(RedisCacheStoreTest, ClearLeavesEveryForeignKey) {
  const std::string foreign[] = {"a", "app", "app;", "App:x", "xapp:", "app\n:x", ""};
  for (const std::string& key : foreign) Redis().Run({"SET", key, "theirs"});
  const auto store = NewStore("app:");
  BlockingCacheStore cache(*store);
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_THAT(cache.Set(absl::StrCat("key", i), absl::Cord("value")), IsOk());
  }
  ASSERT_THAT(cache.Clear(), IsOk());
  EXPECT_EQ(Redis().Run({"DBSIZE"}), absl::StrCat(std::size(foreign)));
  for (const std::string& key : foreign) EXPECT_EQ(Redis().Run({"GET", key}), "theirs") << key;
}

TEST_F(RedisCacheStoreTest, PrefixWithGlobCharactersClearsItsOwnKeysOnly) {
  const auto star = NewStore("a*:");
  const auto plain = NewStore("ab:");
  BlockingCacheStore star_cache(*star);
  BlockingCacheStore plain_cache(*plain);
  ASSERT_THAT(star_cache.Set("key", absl::Cord("1")), IsOk());
  ASSERT_THAT(plain_cache.Set("key", absl::Cord("2")), IsOk());
  ASSERT_THAT(star_cache.Clear(), IsOk());
  EXPECT_THAT(star_cache.Get("key"), IsMiss());
  EXPECT_THAT(plain_cache.Get("key"), IsHit("2"));
  ASSERT_THAT(star_cache.Set("key", absl::Cord("1")), IsOk());
  ASSERT_THAT(plain_cache.Clear(), IsOk());
  EXPECT_THAT(plain_cache.Get("key"), IsMiss());
  EXPECT_THAT(star_cache.Get("key"), IsHit("1"));
}

TEST_F(RedisCacheStoreTest, PrefixOfAnyBytesClearsItsOwnKeys) {
  std::string prefix;
  for (int byte = 0; byte < 256; ++byte) prefix.push_back(static_cast<char>(byte));
  const auto store = NewStore(prefix);
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  ASSERT_THAT(cache.Clear(), IsOk());
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "0");
}

TEST_F(RedisCacheStoreTest, ClearWithoutAPrefixIsRefusedUnlessAllowed) {
  Redis().Run({"SET", "theirs", "1"});
  const auto careful = NewStore("");
  EXPECT_THAT(BlockingCacheStore(*careful).Clear(),
              StatusIs(kFailedPrecondition, AllOf(HasSubstr("key_prefix is empty"),
                                                  HasSubstr("redis_allow_clear_all"))));
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "1");

  RedisCacheStore::Options options = Options("");
  options.allow_clear_all = true;
  const auto allowed = RedisCacheStore::Create(options).value();
  EXPECT_THAT(BlockingCacheStore(*allowed).Clear(), IsOk());
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "0");
}

TEST_F(RedisCacheStoreTest, ClearOfManyKeysLetsOthersRead) {
  constexpr int kKeys = 200'000;
  const std::string fill =
      "for i = 1, ARGV[1] do redis.call('SET', 'app:' .. i, 'value') end return 'done'";
  ASSERT_EQ(Redis().Run({"EVAL", fill, "0", absl::StrCat(kKeys)}), "done");
  const auto reader_store = NewStore("other:");
  BlockingCacheStore reader(*reader_store);
  ASSERT_THAT(reader.Set("key", absl::Cord("value")), IsOk());
  const auto store = NewStore("app:");
  Countdown cleared(1);
  std::atomic<bool> is_cleared = false;
  absl::Status result = absl::UnknownError("not cleared");
  store->Clear({}, [&](absl::Status status) {
    result = std::move(status);
    is_cleared = true;
    cleared.Happened();
  });
  int reads = 0;
  while (!is_cleared) {
    ASSERT_THAT(reader.Get("key"), IsHit("value"));
    // The store that clears serves as well.
    ASSERT_THAT(BlockingCacheStore(*store).Exists("absent"), IsOkAndHolds(false));
    ++reads;
  }
  ASSERT_TRUE(cleared.Wait());
  EXPECT_THAT(result, IsOk());
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "1");
  // It takes some 400 steps; each could let one pair of reads pass.
  EXPECT_GT(reads, 10);
}

TEST_F(RedisCacheStoreTest, ClearEndsAtTheCallersDeadlineAndCanBeRepeated) {
  const std::string fill =
      "for i = 1, 100000 do redis.call('SET', 'app:' .. i, 'value') end return 'done'";
  ASSERT_EQ(Redis().Run({"EVAL", fill, "0"}), "done");
  const auto store = NewStore("app:");
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Ping(), IsOk());
  EXPECT_THAT(cache.Clear({.deadline = absl::Now() + absl::Milliseconds(5)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_NE(Redis().Run({"DBSIZE"}), "0");
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_EQ(Redis().Run({"DBSIZE"}), "0");
}

TEST_F(RedisCacheStoreTest, ClosedStoreLeavesNoConnection) {
  const auto store = NewStore("app:");
  ASSERT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  EXPECT_THAT(Redis().Run({"CLIENT", "LIST"}), HasSubstr("\nid="));
  ASSERT_THAT(BlockingCacheStore(*store).Close(), IsOk());
  // Redis sees the end of it in a turn of its own: this is a later one than what it answers next.
  std::string clients;
  do {
    clients = Redis().Run({"CLIENT", "LIST"});
  } while (clients.find("\nid=") != std::string::npos);
}

TEST_F(RedisCacheStoreTest, UrlThatIsWrongIsRefusedWithoutShowingIt) {
  EXPECT_THAT(RedisCacheStore::Create({.url = "redis://me:secret@host:secret/0"}),
              StatusIs(kInvalid, AllOf(HasSubstr("storage_url: "), Not(HasSubstr("secret")))));
}

TEST_F(RedisCacheStoreTest, TimeoutsOutOfRangeAreRefused) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Seconds(-1), absl::Hours(2), absl::InfiniteDuration()}) {
    EXPECT_THAT(RedisCacheStore::Create({.timeout = timeout}),
                StatusIs(kInvalid, HasSubstr("redis_timeout: is ")));
    EXPECT_THAT(RedisCacheStore::Create({.connect_timeout = timeout}),
                StatusIs(kInvalid, HasSubstr("redis_connect_timeout: is ")));
  }
}

TEST_F(RedisCacheStoreTest, ProcessWithoutDescriptorsGetsAnErrorAndNoStore) {
  const RedisCacheStore::Options options = Options("app:");
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next_fd = dup(0);
  ASSERT_EQ(close(next_fd), 0);
  int refused = 0;
  for (rlim_t spare = 0; refused == static_cast<int>(spare); ++spare) {
    const rlimit few = {.rlim_cur = static_cast<rlim_t>(next_fd) + spare,
                        .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    const auto store = RedisCacheStore::Create(options);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (!store.ok()) {
      ++refused;
      EXPECT_THAT(store,
                  StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("Too many open files")));
    } else {
      EXPECT_THAT(BlockingCacheStore(**store).Ping(), IsOk());
    }
  }
  EXPECT_GE(refused, 2) << "a store needs some";
}

TEST_F(RedisCacheStoreTest, LimitsThatContradictEachOtherAreRefused) {
  EXPECT_THAT(RedisCacheStore::Create({.limits = {.default_ttl = absl::ZeroDuration()}}),
              StatusIs(kInvalid, HasSubstr("default_ttl: ")));
}

}  // namespace
}  // namespace cachestore
