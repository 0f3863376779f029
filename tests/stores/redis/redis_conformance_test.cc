// SPDX-License-Identifier: Apache-2.0
// The contract over a real redis-server: over TCP and over a unix socket. Over TLS:
// redis_tls_test.cc; behind the service: redis_remote_conformance_test.cc.
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_delegate.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/conformance.h"

namespace cachestore {
namespace {

RedisServer& SharedRedis() {
  static RedisServer server;
  return server;
}

class TcpDelegate final : public RedisDelegate {
 public:
  explicit TcpDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().url(), .limits = limits}) {}
};

class UnixDelegate final : public RedisDelegate {
 public:
  explicit UnixDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().unix_url(), .limits = limits}) {}
};

INSTANTIATE_TEST_SUITE_P(RedisOverTcp, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<TcpDelegate>()));
INSTANTIATE_TEST_SUITE_P(RedisOverUnixSocket, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<UnixDelegate>()));

}  // namespace
}  // namespace cachestore
