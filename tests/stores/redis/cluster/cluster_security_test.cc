// SPDX-License-Identifier: Apache-2.0
// A store over a real cluster that speaks TLS, and over one that allows no more than it needs.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/store_stats.h"
#include "tests/stores/redis/cluster/redis_cluster.h"
#include "tests/stores/redis/documented_rights.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/testing/loopback.h"
#include "tests/testing/matchers.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;

void AllowWhatIsDocumented(RedisCluster& cluster) {
  for (size_t i = 0; i < cluster.size(); ++i) {
    EXPECT_EQ(cluster.node(i).Run(DocumentedUser("+cluster|slots")), "OK");
  }
}

TEST(ClusterSecurityTest, TheRightsThatAreDocumentedAreEnough) {
  RedisCluster cluster(3);
  AllowWhatIsDocumented(cluster);
  const auto store = StoreAt(UrlOfDocumentedUser(cluster.url()));
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Increment("count", 1, absl::Minutes(1)), IsOk());
  // What is on its way is asked for there (ASKING), by a script, too.
  const size_t owner = cluster.OwnerOf(cluster.SlotOf("cache:count"), 0);
  cluster.MoveSlot(cluster.SlotOf("cache:count"), (owner + 1) % 3, [&] {
    EXPECT_THAT(cache.Increment("count", 1, absl::Minutes(1)), IsOk());
    EXPECT_THAT(cache.Get("count"), IsOk());
  });
  EXPECT_THAT(cache.Get("count"), IsHit("3"));
  EXPECT_GT(store->GetStats().redis->asked, 0u);
  EXPECT_THAT(cache.Ping(), IsOk());
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_THAT(cache.Get("key"), IsMiss());
}

TEST(ClusterSecurityTest, AUserWhoMayNotAskForTheSlotsIsSaidToBe) {
  RedisCluster cluster(1);
  AllowWhatIsDocumented(cluster);
  ASSERT_EQ(cluster.node(0).Run({"ACL", "SETUSER", "app", "-cluster|slots"}), "OK");
  const auto store = StoreAt(UrlOfDocumentedUser(cluster.url()));
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("NOPERM")));
}

// Each server speaks TLS on a port of its own, to the others as well.
class TlsClusterTest : public ::testing::Test {
 protected:
  std::vector<std::string> ArgumentsOf() {
    ports_.push_back(FreePort());
    return {"--tls-port",         absl::StrCat(ports_.back()), "--tls-cluster",      "yes",
            "--tls-cert-file",    pair_.certificate,           "--tls-key-file",     pair_.key,
            "--tls-ca-cert-file", certificates_.ca(),          "--tls-auth-clients", "no"};
  }

  std::string url() const {
    return absl::StrCat("rediss+cluster://",
                        absl::StrJoin(ports_, ",", [](std::string* out, uint16_t port) {
                          absl::StrAppend(out, "127.0.0.1:", port);
                        }));
  }

  std::unique_ptr<RedisCacheStore> StoreThatTrusts(const TestCertificates& authority) const {
    return RedisCacheStore::Create({.url = url(),
                                    .tls = {.ca = authority.ca()},
                                    .timeout = kPatient,
                                    .connect_timeout = kPatient})
        .value();
  }

  TestCertificates certificates_;
  const TestCertificates::Pair pair_ = certificates_.Sign("server", "IP:127.0.0.1");
  std::vector<uint16_t> ports_;
  RedisCluster cluster_{3, 0, [this](int) { return ArgumentsOf(); }};
};

TEST_F(TlsClusterTest, EveryServerIsCalledOverIt) {
  const auto store = StoreThatTrusts(certificates_);
  BlockingCacheStore cache(*store);
  for (int i = 0; i < 100; ++i) {
    const std::string key = absl::StrCat("key", i);
    ASSERT_THAT(cache.Set(key, absl::Cord(key)), IsOk());
  }
  for (size_t i = 0; i < cluster_.size(); ++i) {
    EXPECT_GT(std::stoi(cluster_.node(i).Run({"DBSIZE"})), 10);
  }
  std::vector<std::string> places;
  for (const uint16_t port : ports_) places.push_back(absl::StrCat("127.0.0.1:", port));
  std::vector<std::string> nodes;
  const StoreStats stats = store->GetStats();
  for (const RedisNodeStats& node : stats.redis->nodes) nodes.push_back(node.node);
  EXPECT_THAT(nodes, ::testing::UnorderedElementsAreArray(places));
}

TEST_F(TlsClusterTest, ASlotThatMovesIsFollowedOverIt) {
  const auto store = StoreThatTrusts(certificates_);
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  const int slot = cluster_.SlotOf("cache:key");
  const size_t owner = cluster_.OwnerOf(slot, 0);
  const size_t other = (owner + 1) % 3;
  EXPECT_EQ(cluster_.node(other).Run(
                {"CLUSTER", "SETSLOT", absl::StrCat(slot), "IMPORTING", cluster_.id(owner)}),
            "OK");
  EXPECT_EQ(cluster_.node(owner).Run(
                {"CLUSTER", "SETSLOT", absl::StrCat(slot), "MIGRATING", cluster_.id(other)}),
            "OK");
  EXPECT_THAT(cache.Delete("key"), IsOkAndHolds(true));
  ASSERT_THAT(cache.Set("key", absl::Cord("new")), IsOk());
  EXPECT_GT(store->GetStats().redis->asked, 0u);
}

TEST_F(TlsClusterTest, AnAuthorityThatDidNotSignItIsNotBelieved) {
  const TestCertificates others;
  const auto store = StoreThatTrusts(others);
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("TLS handshake failed")));
}

}  // namespace
}  // namespace cachestore
