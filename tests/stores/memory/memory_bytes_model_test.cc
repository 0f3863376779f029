// SPDX-License-Identifier: Apache-2.0
// What entries count against max_bytes, and what its cap evicts, over random Sets and Deletes.
#include <map>
#include <memory>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/stores/memory/memory_model.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

class MemoryBytesModelTest : public ::testing::Test {
 protected:
  static constexpr int kOperations = 10'000;

  std::unique_ptr<MemoryCacheStore> CreateStore(size_t max_entries, size_t max_bytes) {
    return MemoryCacheStore::Create(
               {.max_entries = max_entries, .max_bytes = max_bytes, .clock = clock_})
        .value();
  }

  ManualClock clock_;
};

// What the byte cap evicts cannot be told without knowing the store's overhead; that it is the
// earliest, and no more than had to go, can.
TEST_F(MemoryBytesModelTest, ByteCapEvictsTheEarliestAndNoMoreThanItMust) {
  constexpr size_t kMaxBytes = 60'000;
  constexpr uint32_t kKeys = 100;
  constexpr size_t kRunBytes = 80;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomInput random(seed);
    const auto store = CreateStore(1'000, kMaxBytes);
    BlockingCacheStore cache(*store);
    MemoryModel model(clock_, 1'000);
    for (int step = 0; step < kOperations / 10; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      const std::string key = random.Key(kKeys);
      const std::string value = random.Value();
      const absl::Duration ttl = random.Ttl();
      ASSERT_THAT(cache.Set(key, absl::Cord(value), ttl), IsOk());
      ASSERT_LE(store->GetStats().memory.value().bytes, kMaxBytes);
      model.Delete(key);

      // The earliest are gone, up to the first that is not; the rest is there.
      size_t last_evicted_bytes = 0;
      while (!model.entries().empty()) {
        const auto earliest = model.Earliest();
        if (cache.Exists(earliest->first).value()) break;
        last_evicted_bytes =
            MemoryCacheStore::EntryBytes(earliest->first.size(), earliest->second.value.size());
        model.entries().erase(earliest);
      }
      model.Set(key, value, ttl);
      for (const auto& [there, entry] : model.entries()) {
        ASSERT_THAT(cache.Get(there), IsHit(entry.value));
      }
      ASSERT_EQ(store->GetStats().memory.value().entries, model.entries().size());
      if (last_evicted_bytes > 0) {
        ASSERT_GT(store->GetStats().memory.value().bytes + last_evicted_bytes + 2 * kRunBytes,
                  kMaxBytes)
            << "the last victim could have stayed";
      }
    }
  }
}

TEST_F(MemoryBytesModelTest, UsageIsTheSumOfTheEntries) {
  constexpr uint32_t kKeys = 200;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomInput random(seed);
    const auto store = CreateStore(kKeys, size_t{1} << 30);
    BlockingCacheStore cache(*store);
    std::map<std::string, size_t> entry_bytes;
    size_t sum = 0;
    for (int step = 0; step < kOperations; ++step) {
      const std::string key = random.Key(kKeys);
      sum -= entry_bytes[key];
      entry_bytes.erase(key);
      if (random.Below(3) == 0) {
        ASSERT_THAT(cache.Delete(key), IsOk());
      } else {
        const std::string value = random.Value();
        // One TTL and a clock that stands still: the order is a single run.
        ASSERT_THAT(cache.Set(key, absl::Cord(value), absl::Hours(1)), IsOk());
        entry_bytes[key] = MemoryCacheStore::EntryBytes(key.size(), value.size());
        sum += entry_bytes[key];
      }
      const MemoryStats usage = store->GetStats().memory.value();
      ASSERT_EQ(usage.entries, entry_bytes.size()) << "step " << step;
      ASSERT_GE(usage.bytes, sum) << "step " << step;
      ASSERT_LE(usage.bytes, sum + 80) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace cachestore
