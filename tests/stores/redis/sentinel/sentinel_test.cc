// SPDX-License-Identifier: Apache-2.0
// A store over a real master with two replicas and three sentinels: how it finds the master, and
// that it follows when another one is.
#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/documented_rights.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/await_until.h"
#include "tests/testing/loopback.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDeadlineExceeded = absl::StatusCode::kDeadlineExceeded;

// Within what an operator would set, so that a server that is frozen keeps no call for long.
constexpr absl::Duration kTimeout = absl::Milliseconds(500);

class SentinelTest : public ::testing::Test {
 protected:
  SentinelTest() {
    for (int i = 0; i < 3; ++i) {
      std::vector<std::string> arguments = {"--repl-diskless-sync-delay", "0"};
      if (i > 0) {
        arguments.insert(arguments.end(),
                         {"--replicaof", absl::StrCat("127.0.0.1 ", servers_[0]->port())});
      }
      servers_.push_back(std::make_unique<RedisServer>(arguments));
    }
    for (int i = 0; i < 3; ++i) {
      sentinels_.push_back(std::make_unique<RedisServer>(RedisServer::Sentinel{
          absl::StrCat("sentinel monitor master 127.0.0.1 ", servers_[0]->port(), " 2\n",
                       "sentinel down-after-milliseconds master 1000\n",
                       "sentinel failover-timeout master 3000\n")}));
    }
    for (const auto& sentinel : sentinels_) {
      EXPECT_TRUE(AwaitUntil([&] {
        const std::string info = sentinel->Run({"INFO", "sentinel"});
        return info.find("slaves=2,sentinels=3") != std::string::npos;
      }));
    }
  }

  std::string url() const {
    return absl::StrCat("redis+sentinel://",
                        absl::StrJoin(sentinels_, ",",
                                      [](std::string* out, const auto& sentinel) {
                                        absl::StrAppend(out, "127.0.0.1:", sentinel->port());
                                      }),
                        "/master");
  }

  // Where the sentinels say that the master is.
  std::string MasterPort() {
    const std::vector<std::string> lines =
        absl::StrSplit(sentinels_[1]->Run({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "master"}), '\n');
    return lines.size() > 1 ? lines[1] : "";
  }

  void AwaitFailover(CacheStore& store) {
    const std::string before = absl::StrCat(servers_[0]->port());
    ASSERT_TRUE(AwaitUntil([&] { return MasterPort() != before; }));
    BlockingCacheStore cache(store);
    EXPECT_THAT(Await([&] { return cache.Set("key", absl::Cord("value")); }), IsOk());
  }

  std::vector<std::unique_ptr<RedisServer>> servers_;  // The first one is the master.
  std::vector<std::unique_ptr<RedisServer>> sentinels_;
};

TEST_F(SentinelTest, TheMasterIsFoundAndCalled) {
  Log log;
  const auto store = StoreAt(url(), kPatient, &log);
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Ping(), IsOk());
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Get("key"), IsHit("value"));
  EXPECT_EQ(servers_[0]->Run({"GET", "cache:key"}), "value");
  const std::string node = absl::StrCat("127.0.0.1:", servers_[0]->port());
  EXPECT_EQ(store->GetStats().redis->nodes.at(0).node, node);
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_THAT(cache.Close(), IsOk());
  EXPECT_THAT(log.lines(), Contains(HasSubstr(absl::StrCat(node, " is the master"))));
}

TEST_F(SentinelTest, TheRightsThatAreDocumentedAreEnough) {
  ASSERT_EQ(servers_[0]->Run(DocumentedUser("+role")), "OK");
  const auto store = StoreAt(UrlOfDocumentedUser(url()));
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Increment("count", 1, absl::Minutes(1)), IsOk());
  EXPECT_THAT(cache.ExistsWith("key", {.touch = absl::Minutes(1)}), IsOk());
  EXPECT_THAT(cache.Ping(), IsOk());
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_THAT(cache.Get("key"), IsMiss());
}

TEST_F(SentinelTest, AFailoverUnderLoadIsFollowedAndLosesOnlyWhatRedisDoes) {
  const auto store = StoreAt(url(), kTimeout);
  Load load(*store);
  load.AwaitSuccesses(2000);
  servers_[0]->Kill();
  AwaitFailover(*store);
  load.Stop();
  EXPECT_THAT(load.failures(), Not(IsEmpty()));
  // Whatever was in flight at the fault has ended by now.
  Load again(*store);
  again.AwaitSuccesses(5000);
  again.Stop();
  EXPECT_THAT(again.failures(), IsEmpty());
  for (const absl::Status& failure : load.failures()) {
    ASSERT_THAT(failure.code(), AnyOf(kUnavailable, kDeadlineExceeded)) << failure;
  }
  // A replica follows a moment behind: the last of what was acknowledged may be lost.
  int lost = 0;
  BlockingCacheStore cache(*store);
  for (const auto& [key, number] : load.acknowledged()) {
    const auto value = cache.Get(key);
    ASSERT_THAT(value, IsOk());
    if (!value->has_value()) ++lost;
  }
  EXPECT_LT(lost, Load::kCallers);
  EXPECT_EQ(store->GetStats().redis->topology_changes, 1u);
}

TEST_F(SentinelTest, AMasterThatIsFrozenIsLeftForTheNewOne) {
  const auto store = StoreAt(url(), kTimeout);
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("old")), IsOk());
  servers_[0]->Pause();
  AwaitFailover(*store);
  EXPECT_NE(store->GetStats().redis->nodes.at(0).node,
            absl::StrCat("127.0.0.1:", servers_[0]->port()));
  servers_[0]->Resume();
}

TEST_F(SentinelTest, ASwitchIsHeardOfWithoutACallThatFails) {
  const auto store = StoreAt(url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(sentinels_[0]->Run({"SENTINEL", "FAILOVER", "master"}), "OK");
  // Nothing is called meanwhile.
  EXPECT_TRUE(AwaitUntil([&] { return store->GetStats().redis->topology_changes == 1; }));
  EXPECT_THAT(Await([&] { return cache.Set("key", absl::Cord("new")); }), IsOk());
}

TEST_F(SentinelTest, SentinelsMayWantAPasswordOfTheirOwnAndAreListenedToByIt) {
  for (const auto& sentinel : sentinels_) {
    ASSERT_EQ(sentinel->Run({"ACL", "SETUSER", "default", ">s:cret"}), "OK");
  }
  const auto stranger = StoreAt(url(), kTimeout);
  EXPECT_THAT(
      BlockingCacheStore(*stranger).Get("key"),
      StatusIs(kUnavailable, AllOf(HasSubstr("the sentinel 127.0.0.1:"), HasSubstr("NOAUTH"))));

  const auto store = StoreAt(url() + "?sentinel_password=s%3Acret");
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(sentinels_[0]->Run({"SENTINEL", "FAILOVER", "master"}), "OK");
  // Nothing is called meanwhile.
  EXPECT_TRUE(AwaitUntil([&] { return store->GetStats().redis->topology_changes == 1; }));
}

TEST_F(SentinelTest, SentinelsMayKnowUsByAUserOfFewRights) {
  for (const auto& sentinel : sentinels_) {
    ASSERT_EQ(sentinel->Run({"ACL", "SETUSER", "watcher", "on", ">secret", "resetchannels",
                             "&+switch-master", "-@all", "+ping", "+subscribe", "+sentinel|master",
                             "+sentinel|get-master-addr-by-name"}),
              "OK");
    ASSERT_EQ(sentinel->Run({"ACL", "SETUSER", "default", ">other"}), "OK");
  }
  const auto store = StoreAt(url() + "?sentinel_user=watcher&sentinel_password=secret");
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  EXPECT_EQ(sentinels_[0]->Run({"SENTINEL", "FAILOVER", "master"}), "OK");
  EXPECT_TRUE(AwaitUntil([&] { return store->GetStats().redis->topology_changes == 1; }));
}

TEST_F(SentinelTest, ASentinelThatMayNotBeListenedToIsLoggedOnceAndTellsTheMasterAllTheSame) {
  for (const auto& sentinel : sentinels_) {
    ASSERT_EQ(sentinel->Run({"ACL", "SETUSER", "default", "-subscribe"}), "OK");
  }
  Log log;
  const auto store = StoreAt(url(), kPatient, &log);
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  // It tries again, and is refused again.
  EXPECT_TRUE(AwaitUntil([&] {
    const std::vector<std::string> refused =
        absl::StrSplit(sentinels_[0]->Run({"ACL", "LOG"}), '\n');
    int times = 0;
    return refused.size() > 1 && absl::SimpleAtoi(refused[1], &times) && times >= 3;
  }));
  const std::string line = absl::StrCat("the sentinel 127.0.0.1:", sentinels_[0]->port(),
                                        " does not let us listen to +switch-master: ");
  EXPECT_THAT(log.lines(), Contains(AllOf(StartsWith(line), HasSubstr("NOPERM"))).Times(1));

  for (const auto& sentinel : sentinels_) {
    ASSERT_EQ(sentinel->Run({"ACL", "SETUSER", "default", "+subscribe"}), "OK");
  }
  EXPECT_TRUE(AwaitUntil([&] {
    return absl::StrContains(sentinels_[0]->Run({"INFO", "stats"}), "pubsub_channels:1");
  }));
}

TEST_F(SentinelTest, AClearThatComesFirstHasAllItsTime) {
  // More than is cleared in one step, by a Redis that takes its time for each.
  ASSERT_EQ(servers_[0]->Run({"EVAL",
                              "for i = 1, 200000 do redis.call('SET', 'cache:' .. i, i) end "
                              "return 'OK'",
                              "0"}),
            "OK");
  const auto store = StoreAt(url(), absl::Milliseconds(100));
  EXPECT_THAT(BlockingCacheStore(*store).Clear(), IsOk());
  EXPECT_EQ(servers_[0]->Run({"DBSIZE"}), "0");
}

TEST_F(SentinelTest, OneSentinelThatAnswersIsEnough) {
  sentinels_[0]->Kill();
  sentinels_[1]->Kill();
  const auto store = StoreAt(url());
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
}

TEST_F(SentinelTest, AServerThatSaysItIsAReplicaIsNotCalledAMaster) {
  // The sentinels do not hear of it.
  for (const auto& sentinel : sentinels_) sentinel->Pause();
  const RedisServer liar(RedisServer::Sentinel{
      absl::StrCat("sentinel monitor master 127.0.0.1 ", servers_[1]->port(), " 2\n")});
  const auto store = StoreAt(absl::StrCat("redis+sentinel://127.0.0.1:", liar.port(), "/master"));
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("it is no master")));
  for (const auto& sentinel : sentinels_) sentinel->Resume();
}

TEST_F(SentinelTest, AMasterThatNoSentinelKnowsIsUnavailable) {
  const auto store =
      StoreAt(absl::StrCat("redis+sentinel://127.0.0.1:", sentinels_[0]->port(), "/other"));
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("no master of the name that storage_url gives")));
}

TEST(SentinelTargetTest, SentinelsThatAreNotThereAreUnavailableUntilOneIs) {
  const auto store =
      StoreAt(absl::StrCat("redis+sentinel://127.0.0.1:", FreePort(), "/master"), kTimeout);
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"), StatusIs(kUnavailable, AllOf(HasSubstr("the sentinel 127.0.0.1:"),
                                                             HasSubstr("Connection refused"))));
  EXPECT_THAT(cache.Ping(), StatusIs(kUnavailable));
  EXPECT_THAT(cache.Clear(), StatusIs(kUnavailable));
}

}  // namespace
}  // namespace cachestore
