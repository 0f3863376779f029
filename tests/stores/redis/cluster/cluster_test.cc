// SPDX-License-Identifier: Apache-2.0
// A store over a real cluster: where keys go, what follows slots that move, and what one server
// that is away takes with it.
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/cluster/redis_cluster.h"
#include "tests/stores/redis/fake_redis.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/testing/loopback.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

std::vector<std::string> Keys(int count) {
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back(absl::StrCat("key", i));
  return keys;
}

std::vector<SetEntry> EntriesOf(const std::vector<std::string>& keys) {
  std::vector<SetEntry> entries;
  for (const std::string& key : keys) entries.push_back({.key = key, .value = absl::Cord(key)});
  return entries;
}

class ClusterTest : public ::testing::Test {
 protected:
  // A key that the server has, as the store calls it.
  std::string KeyAt(size_t server) {
    for (int i = 0;; ++i) {
      std::string key = absl::StrCat("at", server, "-", i);
      if (cluster_.OwnerOf(SlotOf(key), server) == server) return key;
    }
  }
  int SlotOf(const std::string& key) { return cluster_.SlotOf(absl::StrCat("cache:", key)); }

  RedisCluster cluster_{3};
};

TEST_F(ClusterTest, KeysAreSpreadOverAllMasters) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  const std::vector<std::string> keys = Keys(300);
  for (const std::string& key : keys) ASSERT_THAT(cache.Set(key, absl::Cord(key)), IsOk());
  for (const std::string& key : keys) EXPECT_THAT(cache.Get(key), IsHit(key));
  for (size_t i = 0; i < cluster_.size(); ++i) {
    EXPECT_GT(std::stoi(cluster_.node(i).Run({"DBSIZE"})), 50);
  }
  // The map was right from the beginning: nothing was sent on.
  EXPECT_EQ(store->GetStats().redis->moved, 0u);
  EXPECT_EQ(store->GetStats().redis->nodes.size(), 3u);
  EXPECT_EQ(store->GetStats().redis->uncovered_slots, 0u);
}

TEST_F(ClusterTest, ABatchIsSplitOverTheMastersAndJoinedInItsOrder) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  const std::vector<std::string> keys = Keys(1000);
  ASSERT_THAT(cache.BatchSet(EntriesOf(keys)), IsOk());
  const auto values = cache.BatchGet(keys);
  ASSERT_THAT(values, IsOk());
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_THAT((*values)[i], IsHit(keys[i]));
  // Scripts go to all of them, too.
  for (const std::string& key : Keys(20)) {
    EXPECT_THAT(cache.Increment(absl::StrCat("n", key), 1, absl::Minutes(1)), IsOk());
  }
}

TEST_F(ClusterTest, OneServerThatAnswersIsEnoughToFindTheOthers) {
  const auto store = StoreAt(absl::StrCat("redis+cluster://127.0.0.1:", FreePort(),
                                          ",127.0.0.1:", cluster_.node(2).port()));
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  EXPECT_EQ(store->GetStats().redis->nodes.size(), 3u);
}

TEST_F(ClusterTest, ClearRemovesWhatIsTheStoresFromAllMastersAndNothingElse) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.BatchSet(EntriesOf(Keys(1000))), IsOk());
  for (size_t i = 0; i < cluster_.size(); ++i) {
    const std::string other = absl::StrCat("{", KeyAt(i), "}");
    cluster_.node(i).Run({"SET", other, "kept"});
  }
  const auto sizes = [&] {
    int size = 0;
    for (size_t i = 0; i < cluster_.size(); ++i) {
      size += std::stoi(cluster_.node(i).Run({"DBSIZE"}));
    }
    return size;
  };
  const int before = sizes();
  ASSERT_THAT(cache.Clear(), IsOk());
  EXPECT_EQ(sizes(), before - 1000);
}

TEST_F(ClusterTest, WhileASlotMovesItsKeysAreFoundWhereTheyAre) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  const std::string key = KeyAt(0);
  ASSERT_THAT(cache.Set(key, absl::Cord("moves")), IsOk());
  int looks = 0;
  cluster_.MoveSlot(SlotOf(key), 1, [&] {
    ++looks;
    EXPECT_THAT(cache.Get(key), IsHit("moves"));
    // A script, which the new server does not know yet.
    EXPECT_THAT(cache.GetWith(key, {.want_ttl = true}), IsOk());
  });
  EXPECT_EQ(looks, 2);
  EXPECT_GE(store->GetStats().redis->asked, 2u);
  EXPECT_THAT(cache.Get(key), IsHit("moves"));
  EXPECT_GE(store->GetStats().redis->moved, 1u);
}

TEST_F(ClusterTest, ABatchFollowsASlotThatMoves) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  std::vector<std::string> keys = Keys(100);
  keys.push_back(KeyAt(0));
  ASSERT_THAT(cache.BatchSet(EntriesOf(keys)), IsOk());
  const auto look = [&] {
    const auto values = cache.BatchGet(keys);
    ASSERT_THAT(values, IsOk());
    for (size_t i = 0; i < keys.size(); ++i) EXPECT_THAT((*values)[i], IsHit(keys[i]));
  };
  cluster_.MoveSlot(SlotOf(keys.back()), 2, look);
  look();
  EXPECT_GE(store->GetStats().redis->asked, 1u);
}

TEST_F(ClusterTest, AfterASlotHasMovedTheNewOwnerIsAskedAtOnce) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  const std::string key = KeyAt(0);
  ASSERT_THAT(cache.Set(key, absl::Cord("moved")), IsOk());
  cluster_.MoveSlot(SlotOf(key), 1);
  EXPECT_THAT(Await([&] {
                const uint64_t moved = store->GetStats().redis->moved;
                if (!cache.Get(key).ok()) return absl::UnknownError("failed");
                return store->GetStats().redis->moved == moved && moved > 0
                           ? absl::OkStatus()
                           : absl::UnknownError("is still sent on");
              }),
              IsOk());
  EXPECT_GE(store->GetStats().redis->topology_changes, 1u);
}

TEST_F(ClusterTest, AReshardingUnderLoadFailsNoCallAndLosesNothing) {
  const auto store = StoreAt(cluster_.url());
  Load load(*store);
  load.AwaitSuccesses(1000);
  for (int slot = 0; slot < 200; ++slot) cluster_.MoveSlot(slot, 1 + slot % 2);
  load.AwaitSuccesses(1000);
  load.Stop();
  EXPECT_THAT(load.failures(), IsEmpty());
  BlockingCacheStore cache(*store);
  for (const auto& [key, number] : load.acknowledged()) {
    ASSERT_THAT(cache.Get(key), IsHit(absl::StrCat(number))) << key;
  }
}

TEST_F(ClusterTest, AServerThatIsAwayTakesItsOwnKeysWithItAndNoOthers) {
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Ping(), IsOk());
  const std::vector<std::string> keys = {KeyAt(0), KeyAt(1), KeyAt(2)};
  cluster_.node(1).Kill();
  EXPECT_THAT(Await([&] {
                return cache.Get(keys[1]).ok() ? absl::UnknownError("is there") : absl::OkStatus();
              }),
              IsOk());
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(cache.Set(keys[0], absl::Cord("a")), IsOk());
    EXPECT_THAT(cache.Get(keys[2]), IsOk());
  }
  const auto values = cache.BatchGet(keys);
  ASSERT_THAT(values, IsOk());
  EXPECT_THAT((*values)[0], IsHit("a"));
  EXPECT_THAT((*values)[1].status(), StatusIs(kUnavailable));
  EXPECT_THAT((*values)[2], IsOk());
  EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable, HasSubstr("slots 5461-10921")));
  cluster_.node(1).Start();
  EXPECT_THAT(Await([&] { return cache.Ping(); }), IsOk());
  EXPECT_THAT(cache.Get(keys[1]), IsOk());
}

TEST_F(ClusterTest, SlotsThatNobodyHasAreUnavailableAndNamedByPing) {
  for (size_t i = 0; i < cluster_.size(); ++i) {
    cluster_.node(i).Run({"CLUSTER", "DELSLOTS", "0", "1"});
  }
  const auto store = StoreAt(cluster_.url());
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable, HasSubstr("slots 0-1")));
  EXPECT_EQ(store->GetStats().redis->uncovered_slots, 2u);
  cluster_.node(2).Run({"CLUSTER", "ADDSLOTS", "0", "1"});
  EXPECT_THAT(Await([&] { return cache.Ping(); }), IsOk());
}

TEST_F(ClusterTest, WhenNoServerIsThereCallsAreUnavailableUntilOneIs) {
  const uint16_t port = FreePort();
  const auto store = StoreAt(absl::StrCat("redis+cluster://127.0.0.1:", port));
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"),
              StatusIs(kUnavailable, AllOf(HasSubstr("does not tell the cluster's slots"),
                                           HasSubstr("Connection refused"))));
  const std::vector<std::string> keys = Keys(3);
  EXPECT_THAT(cache.BatchGet(keys), StatusIs(kUnavailable));
  EXPECT_THAT(cache.Clear(), StatusIs(kUnavailable));
}

TEST(ClusterTargetTest, ARedisThatIsNoClusterSaysSo) {
  const RedisServer redis;
  const auto store = StoreAt(absl::StrCat("redis+cluster://127.0.0.1:", redis.port()));
  EXPECT_THAT(BlockingCacheStore(*store).Ping(),
              StatusIs(kUnavailable, HasSubstr("has to begin with redis:// or rediss://")));
}

TEST_F(ClusterTest, AStoreOfOneServerSaysThatItIsOneOfACluster) {
  const auto store = StoreAt(cluster_.node(0).url());
  EXPECT_THAT(BlockingCacheStore(*store).Get(KeyAt(1)),
              StatusIs(kUnavailable, HasSubstr("has to begin with redis+cluster://")));
}

TEST(ClusterTargetTest, APrefixWithAHashTagIsRefused) {
  EXPECT_THAT(
      RedisCacheStore::Create({.url = "redis+cluster://127.0.0.1", .key_prefix = "{cache}:"}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key_prefix")));
  EXPECT_THAT(RedisCacheStore::Create({.url = "redis+cluster://127.0.0.1", .key_prefix = "{}:"}),
              IsOk());
}

TEST_F(ClusterTest, AStoreThatIsClosedWhileItSearchesEnds) {
  for (int i = 0; i < 50; ++i) {
    const auto store = StoreAt(cluster_.url());
    store->Ping({}, [](const absl::Status&) {});
  }
}

// No Redis does so; what stands between may.
TEST(ClusterTargetTest, AScanThatIsRedirectedIsUnavailable) {
  std::string place;
  FakeRedis redis({[&place](FakeConnection& connection) {
    connection.Greet();
    while (true) {
      const std::vector<std::string> command = connection.ReadCommand();
      if (command.empty()) return;
      if (command[0] == "SCAN") {
        connection.Send("-MOVED 1 127.0.0.1:1\r\n");
      } else if (command[1] == "INFO") {
        connection.Send("$16\r\ncluster_state:ok\r\n");
      } else {
        connection.Send(
            absl::StrCat("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$0\r\n\r\n:", place, "\r\n"));
      }
    }
  }});
  place = redis.url().substr(redis.url().rfind(':') + 1);
  const auto store = StoreAt(absl::StrCat("redis+cluster://127.0.0.1:", place));
  EXPECT_THAT(BlockingCacheStore(*store).Clear(), StatusIs(kUnavailable));
}

TEST_F(ClusterTest, TheLogNamesTheMastersAndTheirSlots) {
  Log log;
  const auto store = StoreAt(cluster_.url(), kPatient, &log);
  ASSERT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  EXPECT_THAT(
      log.lines(),
      ::testing::Contains(AllOf(
          HasSubstr("redis+cluster://127.0.0.1:"),
          HasSubstr(absl::StrCat("127.0.0.1:", cluster_.node(0).port(), " has slots 0-5460; ")))));
}

}  // namespace
}  // namespace cachestore
