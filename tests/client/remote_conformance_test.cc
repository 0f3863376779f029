// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "stores/memory/memory_cache_store.h"
#include "tests/client/served_store.h"
#include "tests/testing/conformance.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

// A client, and the service that it talks to: a server on a port of its own, over memory.
class RemoteStoreDelegate final : public StoreDelegate {
 public:
  explicit RemoteStoreDelegate(const Limits& limits)
      : backend_(MemoryCacheStore::Create({.limits = limits, .clock = clock_}).value()),
        served_(*backend_, limits) {}

  CacheStore& store() override { return served_.client(); }
  void DestroyStore() override { served_.DestroyClient(); }
  void Advance(absl::Duration time) override { clock_.Advance(time); }

 private:
  ManualClock clock_;
  const std::unique_ptr<CacheStore> backend_;
  ServedStore served_;
};

INSTANTIATE_TEST_SUITE_P(RemoteOverMemory, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<RemoteStoreDelegate>()));

}  // namespace
}  // namespace cachestore
