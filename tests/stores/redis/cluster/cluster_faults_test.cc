// SPDX-License-Identifier: Apache-2.0
// A real cluster of three masters, each with a replica, that loses some of them under load: what
// callers get meanwhile, and that service resumes by itself.
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/cluster/redis_cluster.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/testing/await_until.h"
#include "tests/testing/matchers.h"
#include "tests/testing/tcp_proxy.h"

namespace cachestore {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDeadlineExceeded = absl::StatusCode::kDeadlineExceeded;

// Within what an operator would set, so that a server that is frozen keeps no call for long.
constexpr absl::Duration kTimeout = absl::Milliseconds(500);

class ClusterFaultsTest : public ::testing::Test {
 protected:
  // Waits until a replica has the slots of the master, and all calls succeed again.
  void AwaitFailover(size_t master, CacheStore& store) {
    ASSERT_TRUE(AwaitUntil([&] { return cluster_.OwnerOf(SlotOfMaster(master), 1) != master; }));
    const auto recovered = std::chrono::steady_clock::now();
    BlockingCacheStore cache(store);
    EXPECT_THAT(Await([&] { return cache.Ping(); }), IsOk());
    RecordProperty("resumed_after_ms",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::steady_clock::now() - recovered)
                                        .count()));
  }

  // Whatever was in flight at the fault has ended by now.
  static void ExpectNoFailure(CacheStore& store) {
    Load load(store);
    load.AwaitSuccesses(5000);
    load.Stop();
    EXPECT_THAT(load.failures(), IsEmpty());
  }

  static int SlotOfMaster(size_t master) {
    return RedisCluster::kSlots * static_cast<int>(master) / 3 + 1;
  }

  // What was acknowledged and is not there any more.
  static int LostOf(Load& load, CacheStore& store) {
    int lost = 0;
    BlockingCacheStore cache(store);
    for (const auto& [key, number] : load.acknowledged()) {
      const auto value = cache.Get(key);
      EXPECT_THAT(value, IsOk());
      if (!value.ok() || !value->has_value()) ++lost;
    }
    return lost;
  }

  RedisCluster cluster_{3, 1};
};

TEST_F(ClusterFaultsTest, TheLossOfAMasterUnderLoadFailsWhatWasItsAloneUntilItsReplicaServes) {
  const auto store = StoreAt(cluster_.url(), kTimeout);
  Load load(*store);
  load.AwaitSuccesses(2000);
  cluster_.node(0).Kill();
  AwaitFailover(0, *store);
  load.Stop();
  EXPECT_THAT(load.failures(), Not(IsEmpty()));
  ExpectNoFailure(*store);
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure.code(), AnyOf(kUnavailable, kDeadlineExceeded)) << failure;
  }
  // A replica follows a moment behind: of what one master had acknowledged, the last may be lost.
  EXPECT_LT(LostOf(load, *store), Load::kCallers);
  EXPECT_GE(store->GetStats().redis->topology_changes, 1u);
}

TEST_F(ClusterFaultsTest, AMasterThatIsFrozenIsReplacedAndItsReturnDisturbsNobody) {
  const auto store = StoreAt(cluster_.url(), kTimeout);
  Load load(*store);
  load.AwaitSuccesses(2000);
  cluster_.node(0).Pause();
  AwaitFailover(0, *store);
  load.Stop();
  ExpectNoFailure(*store);
  cluster_.node(0).Resume();
  cluster_.AwaitWhole();
  ExpectNoFailure(*store);
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure.code(), AnyOf(kUnavailable, kDeadlineExceeded)) << failure;
  }
}

TEST_F(ClusterFaultsTest, AFailoverThatAnOperatorAsksForIsFollowed) {
  const auto store = StoreAt(cluster_.url(), kTimeout);
  Load load(*store);
  load.AwaitSuccesses(2000);
  EXPECT_EQ(cluster_.node(3).Run({"CLUSTER", "FAILOVER"}), "OK");
  AwaitFailover(0, *store);
  load.AwaitSuccesses(2000);
  load.Stop();
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure.code(), AnyOf(kUnavailable, kDeadlineExceeded)) << failure;
  }
  EXPECT_EQ(LostOf(load, *store), 0);
}

TEST_F(ClusterFaultsTest, AClearFindsTheMastersThatHaveBecomeSoSinceTheLastCall) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  for (int i = 0; i < 300; ++i) {
    ASSERT_THAT(cache.Set(absl::StrCat("key", i), absl::Cord("value")), IsOk());
  }
  EXPECT_EQ(cluster_.node(3).Run({"CLUSTER", "FAILOVER"}), "OK");
  ASSERT_TRUE(AwaitUntil([&] { return cluster_.OwnerOf(SlotOfMaster(0), 1) == 3; }));
  cluster_.AwaitWhole();
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_EQ(cluster_.node(3).Run({"DBSIZE"}), "0");
}

// The servers see each other; it is the store that does not see one of them.
TEST(ClusterCutTest, AServerThatCannotBeReachedTakesItsOwnKeysWithItUntilItCan) {
  TcpProxy proxy;
  RedisCluster cluster(3, 0, [&proxy](int index) -> std::vector<std::string> {
    if (index > 0) return {};
    return {"--cluster-announce-port", absl::StrCat(proxy.port())};
  });
  proxy.CarryTo(cluster.node(0).port());
  const auto store = StoreAt(absl::StrCat("redis+cluster://127.0.0.1:", cluster.node(1).port(),
                                          ",127.0.0.1:", cluster.node(2).port()),
                             kTimeout);
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Ping(), IsOk());
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back(absl::StrCat("key", i));
  const auto is_of_the_first = [&](const std::string& key) {
    return cluster.SlotOf(absl::StrCat("cache:", key)) < RedisCluster::kSlots / 3;
  };
  ASSERT_THAT(cache.BatchExists(keys), IsOk());
  proxy.Cut();
  for (int round = 0; round < 5; ++round) {
    const auto results = cache.BatchExists(keys);
    ASSERT_THAT(results, IsOk());
    for (size_t i = 0; i < keys.size(); ++i) {
      const absl::Status status = (*results)[i].status();
      if (is_of_the_first(keys[i])) {
        EXPECT_THAT(status.code(), AnyOf(kUnavailable, kDeadlineExceeded)) << status;
      } else {
        EXPECT_THAT(status, IsOk());
      }
    }
  }
  EXPECT_FALSE(cache.Ping().ok());
  proxy.Mend();
  EXPECT_THAT(Await([&] { return cache.Ping(); }), IsOk());
  const auto results = cache.BatchExists(keys);
  ASSERT_THAT(results, IsOk());
  for (const auto& result : *results) EXPECT_THAT(result, IsOk());
}

}  // namespace
}  // namespace cachestore
