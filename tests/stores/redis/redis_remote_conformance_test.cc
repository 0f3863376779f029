// SPDX-License-Identifier: Apache-2.0
// The contract behind the service, over a real redis-server.
#include "tests/client/served_store.h"
#include "tests/stores/redis/redis_delegate.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/conformance.h"

namespace cachestore {
namespace {

RedisServer& SharedRedis() {
  static RedisServer server;
  return server;
}

// A client of a service over Redis.
class RemoteDelegate final : public RedisDelegate {
 public:
  explicit RemoteDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().url(), .limits = limits}),
        served_(RedisDelegate::store(), limits) {}

  CacheStore& store() override { return served_.client(); }
  void DestroyStore() override { served_.DestroyClient(); }

 private:
  ServedStore served_;
};

INSTANTIATE_TEST_SUITE_P(RemoteOverRedis, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteDelegate>()));

}  // namespace
}  // namespace cachestore
