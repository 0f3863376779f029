// SPDX-License-Identifier: Apache-2.0
// The contract over a real redis-server: over TCP, over a unix socket, and behind the service. Over
// TLS: redis_tls_test.cc.
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "service/server.h"
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

class TcpDelegate : public RedisDelegate {
 public:
  explicit TcpDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().url(), .limits = limits}) {}
};

class UnixDelegate final : public RedisDelegate {
 public:
  explicit UnixDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().unix_url(), .limits = limits}) {}
};

// A client of a service over Redis.
class RemoteDelegate final : public TcpDelegate {
 public:
  explicit RemoteDelegate(const Limits& limits)
      : TcpDelegate(limits),
        server_(Server::Start({.listen = {"127.0.0.1:0"},
                               .max_key_bytes = limits.max_key_bytes,
                               .max_value_bytes = limits.max_value_bytes},
                              TcpDelegate::store(), [] {})
                    .value()),
        store_(
            RemoteCacheStore::Create({.url = absl::StrCat("grpc://", server_->addresses().front()),
                                      .default_timeout = absl::Minutes(1)})
                .value()) {}

  CacheStore& store() override { return *store_; }
  void DestroyStore() override { store_.reset(); }

 private:
  const std::unique_ptr<Server> server_;
  std::unique_ptr<CacheStore> store_;
};

INSTANTIATE_TEST_SUITE_P(RedisOverTcp, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<TcpDelegate>()));
INSTANTIATE_TEST_SUITE_P(RedisOverUnixSocket, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<UnixDelegate>()));
INSTANTIATE_TEST_SUITE_P(RemoteOverRedis, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteDelegate>()));

}  // namespace
}  // namespace cachestore
