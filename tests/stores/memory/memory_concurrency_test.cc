// SPDX-License-Identifier: Apache-2.0
// What holds for a MemoryCacheStore while several threads use it.
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

constexpr int kThreads = 4;

// Reads the usage of a store all the time until it is destroyed, and keeps the highest.
class UsageSampler {
 public:
  explicit UsageSampler(const MemoryCacheStore& store)
      : thread_([this, &store] {
          do {
            const MemoryStats usage = store.GetStats().memory.value();
            highest_.entries = std::max(highest_.entries, usage.entries);
            highest_.bytes = std::max(highest_.bytes, usage.bytes);
          } while (!stopped_.load());
        }) {}

  MemoryStats Stop() {
    stopped_ = true;
    thread_.join();
    return highest_;
  }

 private:
  std::atomic<bool> stopped_ = false;
  MemoryStats highest_;
  std::thread thread_;
};

class MemoryConcurrencyTest : public ::testing::Test {
 protected:
  void OpenWith(size_t max_entries, size_t max_bytes = size_t{1} << 30) {
    store_ = MemoryCacheStore::Create(
                 {.max_entries = max_entries, .max_bytes = max_bytes, .clock = clock_})
                 .value();
  }

  BlockingCacheStore cache() { return BlockingCacheStore(*store_); }

  ManualClock clock_;
  std::unique_ptr<MemoryCacheStore> store_;
};

TEST_F(MemoryConcurrencyTest, EntryCapHoldsAtAllTimes) {
  constexpr size_t kMaxEntries = 50;
  constexpr int kSets = 5'000;
  OpenWith(kMaxEntries);
  UsageSampler sampler(*store_);
  RunThreads(kThreads, [this](int thread) {
    std::mt19937 random(thread);
    for (int i = 0; i < kSets; ++i) {
      const absl::Duration ttl = absl::Milliseconds(1'000 + random() % 1'000);
      EXPECT_THAT(cache().Set(absl::StrCat(thread, ".", random() % 100), absl::Cord("v"), ttl),
                  IsOk());
    }
  });
  EXPECT_LE(sampler.Stop().entries, kMaxEntries);
  EXPECT_EQ(store_->GetStats().memory.value().entries, kMaxEntries) << "all writers have filled it";
}

TEST_F(MemoryConcurrencyTest, ByteCapHoldsAtAllTimes) {
  constexpr size_t kMaxBytes = 200'000;
  constexpr int kSets = 5'000;
  constexpr int kKeys = 100;
  OpenWith(10'000, kMaxBytes);
  UsageSampler sampler(*store_);
  RunThreads(kThreads, [this](int thread) {
    std::mt19937 random(thread);
    for (int i = 0; i < kSets; ++i) {
      const std::string key = absl::StrCat(thread, ".", random() % kKeys);
      const absl::Duration ttl = absl::Milliseconds(1'000 + random() % 1'000);
      EXPECT_THAT(cache().Set(key, absl::Cord(std::string(random() % 5'000, 'v')), ttl), IsOk());
    }
  });
  EXPECT_LE(sampler.Stop().bytes, kMaxBytes);

  size_t entries = 0;
  size_t entry_bytes = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kKeys; ++i) {
      const std::string key = absl::StrCat(thread, ".", i);
      const auto value = cache().Get(key);
      ASSERT_THAT(value, IsOk());
      if (!value->has_value()) continue;
      ++entries;
      entry_bytes += MemoryCacheStore::EntryBytes(key.size(), (**value).size());
    }
  }
  const MemoryStats usage = store_->GetStats().memory.value();
  EXPECT_EQ(usage.entries, entries);
  EXPECT_GE(usage.bytes, entry_bytes);
  EXPECT_LE(usage.bytes, entry_bytes + entries * 80) << "each entry is a run, at most";
  EXPECT_GT(usage.bytes, kMaxBytes / 2) << "and it is full";
}

TEST_F(MemoryConcurrencyTest, EvictionIsExactUnderConcurrentWriters) {
  // All live equally long or longer: whatever the order of the writers, the longest stay.
  constexpr int kMaxEntries = 100;
  constexpr int kEntries = 1'000;
  OpenWith(kMaxEntries);
  RunThreads(kThreads, [this](int thread) {
    for (int i = thread; i < kEntries; i += kThreads) {
      const int minutes = 1 + (i * 7919) % kEntries;
      EXPECT_THAT(cache().Set(absl::StrCat(minutes), absl::Cord("v"), absl::Minutes(minutes)),
                  IsOk());
    }
  });
  // The newest entry is never the victim, so one place may be taken by the last one written.
  for (int minutes = kEntries; minutes > kEntries - kMaxEntries + 1; --minutes) {
    ASSERT_THAT(cache().Exists(absl::StrCat(minutes)), IsOkAndHolds(true)) << minutes;
  }
  EXPECT_EQ(store_->GetStats().memory.value().entries, size_t{kMaxEntries});
}

TEST_F(MemoryConcurrencyTest, ReadersSeeTheValueOfTheirKeyWhileWritersEvict) {
  constexpr int kOperations = 5'000;
  constexpr int kKeys = 200;
  OpenWith(kKeys / 2);
  // Readers that end before the first writer begins find something, too.
  for (int i = 0; i < kKeys; ++i) {
    const std::string key = absl::StrCat("key", i);
    ASSERT_THAT(cache().Set(key, absl::Cord(key + ".")), IsOk());
  }
  std::atomic<int> hits = 0;
  RunThreads(kThreads, [&](int thread) {
    std::mt19937 random(thread);
    for (int i = 0; i < kOperations; ++i) {
      const std::string key = absl::StrCat("key", random() % kKeys);
      // A value says which key it belongs to, and is long enough to be freed and reused.
      const std::string value = absl::StrCat(key, std::string(random() % 200, '.'));
      if (thread % 2 == 0) {
        EXPECT_THAT(cache().Set(key, absl::Cord(value)), IsOk());
        if (i % 10 == 0) {
          EXPECT_THAT(cache().Delete(key), IsOk());
        }
        continue;
      }
      const auto read = cache().Get(key);
      EXPECT_THAT(read, IsOk());
      if (!read.ok() || !read->has_value()) continue;
      hits.fetch_add(1);
      const std::string found(**read);
      EXPECT_EQ(found.substr(0, found.find('.')), key);
    }
  });
  EXPECT_GT(hits.load(), 0);
}

// The digest of a large value takes long enough for others to get in between.
TEST_F(MemoryConcurrencyTest, NoSetIfEtagOverwritesWhatItHasNotSeen) {
  constexpr int kTimes = 100;
  constexpr size_t kBytes = 50'000;
  OpenWith(10);
  ASSERT_THAT(cache().Set("key", absl::Cord(std::string(kBytes, 'v'))), IsOk());
  RunThreads(kThreads, [this](int) {
    for (int time = 0; time < kTimes;) {
      const auto read = cache().GetWith("key", {.want_etag = true});
      ASSERT_THAT(read, IsOk());
      ASSERT_TRUE(read->value.has_value());
      // One byte more for each that stored.
      absl::Cord value = *read->value;
      value.Append("v");
      const auto stored =
          cache().SetWith("key", std::move(value), {.condition = SetCondition::IfEtag(read->etag)});
      ASSERT_THAT(stored, IsOk());
      if (*stored) ++time;
    }
  });
  const auto read = cache().Get("key");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->value_or(absl::Cord()).size(), kBytes + kThreads * kTimes);
}

TEST_F(MemoryConcurrencyTest, EverythingAtOnceLeavesAConsistentStore) {
  constexpr int kOperations = 3'000;
  constexpr int kKeys = 300;
  OpenWith(200, 100'000);
  UsageSampler sampler(*store_);
  RunThreads(kThreads, [this](int thread) {
    std::mt19937 random(thread);
    for (int i = 0; i < kOperations; ++i) {
      const std::string key = absl::StrCat("key", random() % kKeys);
      const absl::Cord value(std::string(random() % 1'000, 'v'));
      const absl::Duration ttl = absl::Milliseconds(1 + random() % 5'000);
      switch (random() % 14) {
        case 0:
          EXPECT_THAT(cache().Delete(key), IsOk());
          break;
        case 1:
          EXPECT_THAT(cache().Ping(), IsOk());
          break;
        case 2:
          clock_.Advance(absl::Milliseconds(random() % 50));
          break;
        case 3:
          if (i % 100 == 0) {
            EXPECT_THAT(cache().Clear(), IsOk());
          }
          break;
        case 4:
          EXPECT_THAT(cache().Get(key), IsOk());
          break;
        case 5:
          EXPECT_THAT(cache().GetWith(key, {.want_etag = true, .touch = ttl}), IsOk());
          break;
        case 6:
          EXPECT_THAT(cache().SetWith(key, value, {.keep_ttl = true}), IsOk());
          break;
        case 7:
          EXPECT_THAT(
              cache().SetWith(key, value, {.ttl = ttl, .condition = SetCondition::IfPresent()}),
              IsOk());
          break;
        case 8:
          EXPECT_THAT(cache().Increment("counter", 1, ttl), IsOk());
          break;
        case 9:
          EXPECT_THAT(cache().BatchSet({{.key = key, .value = value, .options = {.ttl = ttl}},
                                        {.key = "key0", .value = value}}),
                      IsOk());
          break;
        case 10:
          EXPECT_THAT(cache().BatchDelete({key, "key0", key}), IsOk());
          break;
        default:
          EXPECT_THAT(cache().Set(key, value, ttl), IsOk());
      }
    }
  });
  const MemoryStats highest = sampler.Stop();
  EXPECT_LE(highest.entries, 200u);
  EXPECT_LE(highest.bytes, 100'000u);

  for (int i = 0; i < kKeys; ++i) ASSERT_THAT(cache().Delete(absl::StrCat("key", i)), IsOk());
  ASSERT_THAT(cache().Delete("counter"), IsOk());
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_EQ(store_->GetStats().memory.value().bytes, 0u);
}

}  // namespace
}  // namespace cachestore
