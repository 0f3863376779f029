// SPDX-License-Identifier: Apache-2.0
// The contract over a real cluster of three masters.
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/cluster/redis_cluster.h"
#include "tests/stores/redis/redis_delegate.h"
#include "tests/testing/conformance.h"

namespace cachestore {
namespace {

constexpr int kMasters = 3;

RedisCluster& SharedCluster() {
  static RedisCluster cluster(kMasters);
  return cluster;
}

std::vector<RedisServer*> MastersOf(RedisCluster& cluster) {
  std::vector<RedisServer*> masters;
  for (size_t i = 0; i < cluster.size(); ++i) masters.push_back(&cluster.node(i));
  return masters;
}

class ClusterDelegate final : public RedisDelegate {
 public:
  explicit ClusterDelegate(const Limits& limits)
      : RedisDelegate(MastersOf(SharedCluster()),
                      {.url = SharedCluster().url(), .limits = limits}) {}
};

INSTANTIATE_TEST_SUITE_P(RedisCluster, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<ClusterDelegate>()));

}  // namespace
}  // namespace cachestore
