// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "client/remote_cache_store.h"
#include "service/server.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/client/served_store.h"
#include "tests/testing/conformance.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

// A client, and the service that it talks to: a server on a port of its own, over memory.
class RemoteStoreDelegate final : public StoreDelegate {
 public:
  RemoteStoreDelegate(const Limits& limits, TransportKind transport,
                      const std::optional<Coalescing>& coalescing = {})
      : backend_(MemoryCacheStore::Create({.limits = limits, .clock = clock_}).value()),
        served_(*backend_, limits, transport, coalescing) {}

  CacheStore& store() override { return served_.client(); }
  void DestroyStore() override { served_.DestroyClient(); }
  void Advance(absl::Duration time) override { clock_.Advance(time); }

 private:
  ManualClock clock_;
  const std::unique_ptr<CacheStore> backend_;
  ServedStore served_;
};

StoreFactory RemoteBy(TransportKind transport) {
  return StoreFactoryOf<RemoteStoreDelegate>(transport);
}

// The same, with its calls travelling together.
StoreFactory CoalescingBy(TransportKind transport) {
  return StoreFactoryOf<RemoteStoreDelegate>(transport, Coalescing());
}

INSTANTIATE_TEST_SUITE_P(RemoteByGrpcOverMemory, ConformanceTest,
                         ::testing::Values(RemoteBy(TransportKind::kGrpc)));
INSTANTIATE_TEST_SUITE_P(RemoteByHttp2OverMemory, ConformanceTest,
                         ::testing::Values(RemoteBy(TransportKind::kHttp2)));
INSTANTIATE_TEST_SUITE_P(CoalescingByGrpcOverMemory, ConformanceTest,
                         ::testing::Values(CoalescingBy(TransportKind::kGrpc)));
INSTANTIATE_TEST_SUITE_P(CoalescingByHttp2OverMemory, ConformanceTest,
                         ::testing::Values(CoalescingBy(TransportKind::kHttp2)));

}  // namespace
}  // namespace cachestore
