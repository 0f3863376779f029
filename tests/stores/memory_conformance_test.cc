// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "stores/memory/memory_cache_store.h"
#include "tests/testing/conformance.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

class MemoryStoreDelegate final : public StoreDelegate {
 public:
  explicit MemoryStoreDelegate(const Limits& limits)
      : store_(MemoryCacheStore::Create({.limits = limits, .clock = clock_}).value()) {}

  CacheStore& store() override { return *store_; }
  void DestroyStore() override { store_.reset(); }
  void Advance(absl::Duration time) override { clock_.Advance(time); }

 private:
  ManualClock clock_;
  std::unique_ptr<CacheStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Memory, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<MemoryStoreDelegate>()));

}  // namespace
}  // namespace cachestore
