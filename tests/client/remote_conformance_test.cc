// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "service/server.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/conformance.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

// A client, and the service that it talks to: a server on a port of its own, over memory.
class RemoteStoreDelegate final : public StoreDelegate {
 public:
  explicit RemoteStoreDelegate(const Limits& limits)
      : backend_(MemoryCacheStore::Create({.limits = limits, .clock = clock_}).value()),
        server_(Server::Start({.listen = {"127.0.0.1:0"},
                               .max_key_bytes = limits.max_key_bytes,
                               .max_value_bytes = limits.max_value_bytes},
                              *backend_, [] {})
                    .value()),
        store_(
            RemoteCacheStore::Create({.url = absl::StrCat("grpc://", server_->addresses().front()),
                                      .default_timeout = absl::Minutes(1)})
                .value()) {}

  CacheStore& store() override { return *store_; }
  void DestroyStore() override { store_.reset(); }
  void Advance(absl::Duration time) override { clock_.Advance(time); }

 private:
  ManualClock clock_;
  const std::unique_ptr<CacheStore> backend_;
  const std::unique_ptr<Server> server_;
  std::unique_ptr<CacheStore> store_;
};

INSTANTIATE_TEST_SUITE_P(RemoteOverMemory, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteStoreDelegate>()));

}  // namespace
}  // namespace cachestore
