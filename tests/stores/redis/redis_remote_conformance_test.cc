// SPDX-License-Identifier: Apache-2.0
// The contract behind the service, over a real redis-server.
#include "service/server.h"
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
  RemoteDelegate(const Limits& limits, TransportKind transport)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().url(), .limits = limits}),
        served_(RedisDelegate::store(), limits, transport) {}

  CacheStore& store() override { return served_.client(); }
  void DestroyStore() override { served_.DestroyClient(); }

 private:
  ServedStore served_;
};

INSTANTIATE_TEST_SUITE_P(RemoteByGrpcOverRedis, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteDelegate>(TransportKind::kGrpc)));
INSTANTIATE_TEST_SUITE_P(RemoteByHttp2OverRedis, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteDelegate>(TransportKind::kHttp2)));

}  // namespace
}  // namespace cachestore
