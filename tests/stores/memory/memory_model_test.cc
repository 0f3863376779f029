// SPDX-License-Identifier: Apache-2.0
// Random operations on a MemoryCacheStore and on a plain map, which must agree at each step.
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

struct ModelEntry {
  std::string value;
  int64_t expiry_nanos;
  int written;  // Orders those that expire together.
};
using Model = std::map<std::string, ModelEntry>;

void DropExpired(Model& model, int64_t now) {
  std::erase_if(model, [now](const auto& entry) { return entry.second.expiry_nanos <= now; });
}

Model::iterator Earliest(Model& model) {
  return std::min_element(model.begin(), model.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.expiry_nanos, a.second.written) <
           std::tie(b.second.expiry_nanos, b.second.written);
  });
}

class MemoryModelTest : public ::testing::Test {
 protected:
  static constexpr int kOperations = 10'000;

  void OpenWith(uint32_t seed, size_t max_entries, size_t max_bytes) {
    random_.seed(seed);
    store_ = MemoryCacheStore::Create(
                 {.max_entries = max_entries, .max_bytes = max_bytes, .clock = clock_})
                 .value();
  }

  BlockingCacheStore cache() { return BlockingCacheStore(*store_); }

  uint32_t Random(uint32_t below) { return random_() % below; }

  // Short and long ones, with any byte.
  std::string RandomKey(uint32_t keys) {
    const uint32_t number = Random(keys);
    return absl::StrCat("key", number) + std::string(number % 3 * 20, static_cast<char>(number));
  }

  std::string RandomValue() {
    const uint32_t bytes = Random(10) == 0 ? Random(20'000) : Random(200);
    return std::string(bytes, static_cast<char>(Random(256)));
  }

  // A few TTLs that are often chosen, and any other.
  absl::Duration RandomTtl() {
    switch (Random(4)) {
      case 0:
        return absl::Milliseconds(1 + Random(1'000));
      case 1:
        return absl::Seconds(1);
      default:
        return absl::Milliseconds(100 * (1 + Random(3)));
    }
  }

  // Everything that can be asked about `key`.
  void ExpectSame(const Model& model, const std::string& key) {
    const auto expected = model.find(key);
    ASSERT_THAT(cache().Exists(key), IsOkAndHolds(expected != model.end())) << key;
    if (expected == model.end()) {
      ASSERT_THAT(cache().Get(key), IsMiss()) << key;
    } else {
      ASSERT_THAT(cache().Get(key), IsHit(expected->second.value)) << key;
    }
  }

  ManualClock clock_;
  std::mt19937 random_;
  std::unique_ptr<MemoryCacheStore> store_;
};

TEST_F(MemoryModelTest, AgreesWithAPlainMap) {
  constexpr size_t kMaxEntries = 60;
  constexpr uint32_t kKeys = 100;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    OpenWith(seed, kMaxEntries, size_t{1} << 30);
    Model model;
    for (int step = 0; step < kOperations; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      const std::string key = RandomKey(kKeys);
      switch (Random(10)) {
        default: {  // Set
          const std::string value = RandomValue();
          const absl::Duration ttl = RandomTtl();
          ASSERT_THAT(cache().Set(key, absl::Cord(value), ttl), IsOk());
          if (!model.contains(key) && model.size() == kMaxEntries) model.erase(Earliest(model));
          model[key] = {value, clock_.NowNanos() + absl::ToInt64Nanoseconds(ttl), step};
          break;
        }
        case 0:
          ASSERT_THAT(cache().Delete(key), IsOkAndHolds(model.erase(key) > 0));
          break;
        case 1:
          clock_.Advance(absl::Milliseconds(Random(100)));
          DropExpired(model, clock_.NowNanos());
          break;
        case 2:
          ASSERT_THAT(cache().Ping(), IsOk());
          break;
        case 3:
          if (Random(50) == 0) {
            ASSERT_THAT(cache().Clear(), IsOk());
            model.clear();
          }
          break;
      }
      ASSERT_NO_FATAL_FAILURE(ExpectSame(model, key));
      ASSERT_NO_FATAL_FAILURE(ExpectSame(model, RandomKey(kKeys)));
      const MemoryCacheStore::Usage usage = store_->GetUsage();
      ASSERT_LE(usage.entries, kMaxEntries);
      ASSERT_GE(usage.entries, model.size()) << "expired entries may be there still";
    }
    for (uint32_t i = 0; i < kKeys; ++i)
      ASSERT_NO_FATAL_FAILURE(ExpectSame(model, RandomKey(kKeys)));
  }
}

// What the byte cap evicts cannot be told without knowing the store's overhead; that it is the
// earliest, and no more than had to go, can.
TEST_F(MemoryModelTest, ByteCapEvictsTheEarliestAndNoMoreThanItMust) {
  constexpr size_t kMaxBytes = 60'000;
  constexpr uint32_t kKeys = 100;
  constexpr size_t kRunBytes = 80;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    OpenWith(seed, 1'000, kMaxBytes);
    Model model;
    for (int step = 0; step < kOperations / 10; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      const std::string key = RandomKey(kKeys);
      const std::string value = RandomValue();
      const absl::Duration ttl = RandomTtl();
      ASSERT_THAT(cache().Set(key, absl::Cord(value), ttl), IsOk());
      ASSERT_LE(store_->GetUsage().bytes, kMaxBytes);
      model.erase(key);
      const ModelEntry written = {value, clock_.NowNanos() + absl::ToInt64Nanoseconds(ttl), step};

      // The earliest are gone, up to the first that is not; the rest is there.
      size_t last_evicted_bytes = 0;
      while (!model.empty()) {
        const auto earliest = Earliest(model);
        if (cache().Exists(earliest->first).value()) break;
        last_evicted_bytes =
            MemoryCacheStore::EntryBytes(earliest->first.size(), earliest->second.value.size());
        model.erase(earliest);
      }
      model[key] = written;
      for (const auto& entry : model) ASSERT_NO_FATAL_FAILURE(ExpectSame(model, entry.first));
      ASSERT_EQ(store_->GetUsage().entries, model.size());
      if (last_evicted_bytes > 0) {
        ASSERT_GT(store_->GetUsage().bytes + last_evicted_bytes + 2 * kRunBytes, kMaxBytes)
            << "the last victim could have stayed";
      }
    }
  }
}

TEST_F(MemoryModelTest, UsageIsTheSumOfTheEntries) {
  constexpr uint32_t kKeys = 200;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    OpenWith(seed, kKeys, size_t{1} << 30);
    std::map<std::string, size_t> entry_bytes;
    size_t sum = 0;
    for (int step = 0; step < kOperations; ++step) {
      const std::string key = RandomKey(kKeys);
      sum -= entry_bytes[key];
      entry_bytes.erase(key);
      if (Random(3) == 0) {
        ASSERT_THAT(cache().Delete(key), IsOk());
      } else {
        const std::string value = RandomValue();
        // One TTL and a clock that stands still: the order is a single run.
        ASSERT_THAT(cache().Set(key, absl::Cord(value), absl::Hours(1)), IsOk());
        entry_bytes[key] = MemoryCacheStore::EntryBytes(key.size(), value.size());
        sum += entry_bytes[key];
      }
      const MemoryCacheStore::Usage usage = store_->GetUsage();
      ASSERT_EQ(usage.entries, entry_bytes.size()) << "step " << step;
      ASSERT_GE(usage.bytes, sum) << "step " << step;
      ASSERT_LE(usage.bytes, sum + 80) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace cachestore
