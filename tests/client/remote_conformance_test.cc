// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "client/remote_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/client/served_store.h"
#include "tests/testing/conformance.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

// A client, and the service that it talks to: a server on a port of its own, over memory.
class RemoteStoreDelegate : public StoreDelegate {
 public:
  explicit RemoteStoreDelegate(const Limits& limits,
                               const std::optional<Coalescing>& coalescing = {})
      : backend_(MemoryCacheStore::Create({.limits = limits, .clock = clock_}).value()),
        served_(*backend_, limits, coalescing) {}

  CacheStore& store() override { return served_.client(); }
  void DestroyStore() override { served_.DestroyClient(); }
  void Advance(absl::Duration time) override { clock_.Advance(time); }

 private:
  ManualClock clock_;
  const std::unique_ptr<CacheStore> backend_;
  ServedStore served_;
};

// The same, with its calls travelling together.
class CoalescingStoreDelegate final : public RemoteStoreDelegate {
 public:
  explicit CoalescingStoreDelegate(const Limits& limits)
      : RemoteStoreDelegate(limits, Coalescing()) {}
};

INSTANTIATE_TEST_SUITE_P(CoalescingOverMemory, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<CoalescingStoreDelegate>()));

INSTANTIATE_TEST_SUITE_P(RemoteOverMemory, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteStoreDelegate>()));

}  // namespace
}  // namespace cachestore
