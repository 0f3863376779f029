// SPDX-License-Identifier: Apache-2.0
// Batches over a real server: what each item gets where others fail, and what a batch counts as.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/etag.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
constexpr auto kFailedPrecondition = absl::StatusCode::kFailedPrecondition;

std::vector<std::string> Keys(int count) {
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back(absl::StrCat("key", i));
  return keys;
}

SetCondition IfValueIs(const std::string& value) {
  return SetCondition::IfEtag(EtagOf(absl::Cord(value)));
}

class RedisBatchTest : public ::testing::Test {
 protected:
  RedisServer redis_;
  const std::unique_ptr<RedisCacheStore> store_ = StoreAt(redis_.url());
  BlockingCacheStore cache_{*store_};
};

TEST_F(RedisBatchTest, OtherTypeInTheMiddleFailsJustThatKey) {
  redis_.Run({"SET", "cache:a", "1"});
  redis_.Run({"RPUSH", "cache:list", "secret"});
  redis_.Run({"SET", "cache:b", "2"});
  const auto results = cache_.BatchGet({"a", "list", "absent", "b", "a"});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results,
              ElementsAre(IsHit("1"), StatusIs(kFailedPrecondition, HasSubstr("WRONGTYPE")),
                          IsMiss(), IsHit("2"), IsHit("1")));
}

TEST_F(RedisBatchTest, ValueOverTheLimitFailsJustThatKey) {
  redis_.Run({"SET", "cache:ten", std::string(10, 'x')});
  redis_.Run({"SET", "cache:eleven", std::string(11, 'x')});
  const auto store =
      RedisCacheStore::Create(
          {.url = redis_.url(), .limits = {.max_value_bytes = 10}, .timeout = kPatient})
          .value();
  const auto results = BlockingCacheStore(*store).BatchGet({"ten", "eleven", "ten"});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results,
              ElementsAre(IsHit(std::string(10, 'x')),
                          StatusIs(kFailedPrecondition, HasSubstr("a value of 11 bytes there")),
                          IsHit(std::string(10, 'x'))));
}

TEST_F(RedisBatchTest, ValuesBeyondWhatABatchMayTakeAreToBeFetchedAlone) {
  const std::string value(1024 * 1024, 'x');
  ASSERT_THAT(cache_.Set("key", absl::Cord(value)), IsOk());
  const auto results = cache_.BatchGet(std::vector<std::string>(66, "key"));
  ASSERT_THAT(results, IsOk());
  for (int i = 0; i < 64; ++i) ASSERT_THAT((*results)[i], IsHit(value)) << i;
  EXPECT_THAT((*results)[64], StatusIs(kExhausted, HasSubstr("get this key alone")));
  EXPECT_THAT((*results)[65], StatusIs(kExhausted));
  EXPECT_THAT(cache_.Get("key"), IsHit(value));
}

TEST_F(RedisBatchTest, ConditionsOnOneKeyKeepTheirOrderWhereNoScriptIsKnown) {
  redis_.Run({"SET", "cache:key", "0"});
  for (int round = 0; round < 3; ++round) {
    redis_.Run({"SCRIPT", "FLUSH"});
    redis_.Run({"SET", "cache:key", "0"});
    const auto results =
        cache_.BatchSet({{"key", absl::Cord("1"), {.condition = IfValueIs("0")}},
                         {"key", absl::Cord("x"), {.condition = IfValueIs("0")}},
                         {"key", absl::Cord("2"), {.condition = IfValueIs("1")}},
                         {"key", absl::Cord("3"), {.condition = SetCondition::IfPresent()}},
                         {"key", absl::Cord("4"), {.condition = IfValueIs("3")}},
                         {"key", absl::Cord("5"), {.condition = SetCondition::IfAbsent()}}});
    ASSERT_THAT(results, IsOk());
    EXPECT_THAT(*results, ElementsAre(IsOkAndHolds(true), IsOkAndHolds(false), IsOkAndHolds(true),
                                      IsOkAndHolds(true), IsOkAndHolds(true), IsOkAndHolds(false)));
    EXPECT_EQ(redis_.Run({"GET", "cache:key"}), "4");
  }
}

TEST_F(RedisBatchTest, OfTwoEntriesTheLaterOneWins) {
  const auto results = cache_.BatchSet({{"key", absl::Cord("1")},
                                        {"key", absl::Cord("2"), {.keep_ttl = true}},
                                        {"key", absl::Cord("3"), {.ttl = absl::Hours(1)}}});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, Each(IsOkAndHolds(true)));
  EXPECT_EQ(redis_.Run({"GET", "cache:key"}), "3");
}

TEST_F(RedisBatchTest, DeletesAndExistsTellOfEachKeyInOrder) {
  redis_.Run({"SET", "cache:a", "1"});
  redis_.Run({"RPUSH", "cache:list", "1"});
  const auto exist = cache_.BatchExists({"a", "absent", "list"});
  ASSERT_THAT(exist, IsOk());
  EXPECT_THAT(*exist, ElementsAre(IsOkAndHolds(true), IsOkAndHolds(false), IsOkAndHolds(true)));
  const auto deleted = cache_.BatchDelete({"a", "absent", "list", "a"});
  ASSERT_THAT(deleted, IsOk());
  EXPECT_THAT(*deleted, ElementsAre(IsOkAndHolds(true), IsOkAndHolds(false), IsOkAndHolds(true),
                                    IsOkAndHolds(false)));
  EXPECT_EQ(redis_.Run({"DBSIZE"}), "0");
}

TEST_F(RedisBatchTest, RefusedBatchDoesNothing) {
  EXPECT_THAT(cache_.BatchSet({{"key", absl::Cord("1")}, {"", absl::Cord("2")}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("entries[1].key: is empty")));
  EXPECT_THAT(cache_.BatchGet({"key", ""}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keys[1]: is empty")));
  EXPECT_EQ(redis_.Run({"DBSIZE"}), "0");
}

TEST_F(RedisBatchTest, FullRedisExhaustsTheEntriesAndNotTheBatch) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("1")), IsOk());
  ASSERT_EQ(redis_.Run({"CONFIG", "SET", "maxmemory", "1"}), "OK");
  const auto results =
      cache_.BatchSet({{"a", absl::Cord("1")}, {"b", absl::Cord("2"), {.keep_ttl = true}}});
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, Each(StatusIs(kExhausted, HasSubstr("maxmemory"))));
  const auto read = cache_.BatchGet({"key", "a"});
  ASSERT_THAT(read, IsOk());
  EXPECT_THAT(*read, ElementsAre(IsHit("1"), IsMiss()));
}

TEST_F(RedisBatchTest, IsOneCallWhateverItsSize) {
  const auto store =
      RedisCacheStore::Create({.url = redis_.url(), .timeout = kPatient, .max_calls = 1}).value();
  BlockingCacheStore cache(*store);
  for (int round = 0; round < 3; ++round) {
    const auto results = cache.BatchGet(Keys(100));
    ASSERT_THAT(results, IsOk());
    ASSERT_EQ(results->size(), 100u);
    EXPECT_THAT(*results, Each(IsMiss()));
    EXPECT_THAT(cache.Get("key"), IsMiss()) << "it has left";
  }
}

TEST_F(RedisBatchTest, TwoAreTwoCalls) {
  const auto store =
      RedisCacheStore::Create({.url = redis_.url(), .timeout = kPatient, .max_calls = 1}).value();
  redis_.Pause();
  Countdown answered(1);
  const std::vector<std::string> keys = Keys(3);
  store->BatchGet({keys[0], keys[1], keys[2]}, {}, [&](auto results) {
    EXPECT_THAT(results, IsOk());
    answered.Happened();
  });
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.BatchGet(keys), StatusIs(kExhausted, HasSubstr("with a smaller batch")));
  EXPECT_THAT(cache.Get("key"), StatusIs(kExhausted, HasSubstr("the limit is 1 of them")));
  redis_.Resume();
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(cache.Get("key"), IsMiss());
}

TEST_F(RedisBatchTest, LargerThanAllThatMayBeInFlightIsRefusedAsAWhole) {
  const auto store =
      RedisCacheStore::Create(
          {.url = redis_.url(), .limits = {.max_batch_keys = 1'000'000}, .timeout = kPatient})
          .value();
  BlockingCacheStore cache(*store);
  const std::string value(1'000'000, 'v');
  std::vector<SetEntry> entries(70, {"key", absl::Cord(value)});
  EXPECT_THAT(cache.BatchSet(entries),
              StatusIs(kExhausted, AllOf(HasSubstr("67108864 bytes"), HasSubstr("smaller batch"))));
  EXPECT_EQ(redis_.Run({"DBSIZE"}), "0");
  entries.resize(60);
  EXPECT_THAT(cache.BatchSet(entries), IsOk());
  // Small ones are counted with what it takes to keep them.
  EXPECT_THAT(cache.BatchGet(std::vector<std::string>(300'000, "k")), StatusIs(kExhausted));
  EXPECT_THAT(cache.BatchGet(std::vector<std::string>(200'000, "k")), IsOk());
}

TEST_F(RedisBatchTest, OutageIsThatOfTheWholeBatch) {
  ASSERT_THAT(cache_.Ping(), IsOk());
  redis_.Kill();
  EXPECT_THAT(cache_.BatchGet(Keys(3)), StatusIs(kUnavailable));
  EXPECT_THAT(cache_.BatchSet({{"key", absl::Cord("1"), {.keep_ttl = true}}}),
              StatusIs(kUnavailable));
}

TEST_F(RedisBatchTest, ClosedStoreRefusesIt) {
  ASSERT_THAT(cache_.Close(), IsOk());
  EXPECT_THAT(cache_.BatchGet(Keys(3)), StatusIs(kFailedPrecondition, HasSubstr("closed")));
}

TEST_F(RedisBatchTest, CallbackMayCallAgainAndDestroyTheStore) {
  auto store = StoreAt(redis_.url());
  Countdown answered(1);
  store->BatchSet({{"key", absl::Cord("1")}}, {}, [&](auto stored) {
    EXPECT_THAT(stored, IsOk());
    const absl::string_view keys[] = {"key", "absent"};
    store->BatchGet(keys, {}, [&](auto results) {
      EXPECT_THAT(results, IsOk());
      store.reset();
      answered.Happened();
    });
  });
  ASSERT_TRUE(answered.Wait());
}

TEST_F(RedisBatchTest, ManyThreadsEachGetTheirOwn) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 300;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      BlockingCacheStore cache(*store_);
      const std::string a = absl::StrCat("a", thread);
      const std::string b = absl::StrCat("b", thread);
      for (int round = 0; round < kRounds; ++round) {
        const absl::Cord value(absl::StrCat(thread, ":", round));
        ASSERT_THAT(cache.BatchSet({{a, value, {.keep_ttl = true}}, {b, value}}), IsOk());
        const auto results = cache.BatchGet({a, "absent", b});
        ASSERT_THAT(results, IsOk());
        ASSERT_THAT(*results,
                    ElementsAre(IsHit(std::string(value)), IsMiss(), IsHit(std::string(value))));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace cachestore
