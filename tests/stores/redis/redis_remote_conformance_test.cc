// SPDX-License-Identifier: Apache-2.0
// The contract behind the service, over a real redis-server.
#include <memory>

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

// A client of a service over Redis.
class RemoteDelegate final : public RedisDelegate {
 public:
  explicit RemoteDelegate(const Limits& limits)
      : RedisDelegate(SharedRedis(), {.url = SharedRedis().url(), .limits = limits}),
        server_(Server::Start({.listen = {"127.0.0.1:0"},
                               .max_key_bytes = limits.max_key_bytes,
                               .max_value_bytes = limits.max_value_bytes},
                              RedisDelegate::store(), [] {})
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

INSTANTIATE_TEST_SUITE_P(RemoteOverRedis, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteDelegate>()));

}  // namespace
}  // namespace cachestore
