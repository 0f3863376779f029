// SPDX-License-Identifier: Apache-2.0
// Who goes when a MemoryCacheStore is full, and what it holds and counts.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MemoryEvictionTest : public ::testing::Test {
 protected:
  void OpenWith(size_t max_entries, size_t max_bytes = size_t{1} << 30) {
    store_ = MemoryCacheStore::Create(
                 {.max_entries = max_entries, .max_bytes = max_bytes, .clock = clock_})
                 .value();
  }

  BlockingCacheStore cache() { return BlockingCacheStore(*store_); }

  void Set(absl::string_view key, absl::Duration ttl, size_t value_bytes = 1) {
    ASSERT_THAT(cache().Set(key, absl::Cord(std::string(value_bytes, 'v')), ttl), IsOk());
  }

  // Those of "a" to "j" that are there.
  std::vector<std::string> Keys() {
    std::vector<std::string> keys;
    for (char key = 'a'; key <= 'j'; ++key) {
      if (cache().Exists(std::string(1, key)).value()) keys.emplace_back(1, key);
    }
    return keys;
  }

  ManualClock clock_;
  std::unique_ptr<MemoryCacheStore> store_;
};

TEST_F(MemoryEvictionTest, EarliestExpiryGoesFirst) {
  OpenWith(3);
  Set("a", absl::Seconds(30));
  Set("b", absl::Seconds(10));
  Set("c", absl::Seconds(20));
  Set("d", absl::Seconds(40));
  EXPECT_THAT(Keys(), ElementsAre("a", "c", "d"));
  Set("e", absl::Seconds(50));
  EXPECT_THAT(Keys(), ElementsAre("a", "d", "e"));
}

TEST_F(MemoryEvictionTest, ReadingAnEntryDoesNotSaveIt) {
  OpenWith(2);
  Set("a", absl::Seconds(10));
  Set("b", absl::Seconds(20));
  for (int i = 0; i < 10; ++i) ASSERT_THAT(cache().Get("a"), IsHit("v"));
  Set("c", absl::Seconds(30));
  EXPECT_THAT(Keys(), ElementsAre("b", "c"));
}

TEST_F(MemoryEvictionTest, AmongEqualExpiriesTheOneWrittenFirstGoesFirst) {
  OpenWith(3);
  Set("b", absl::Seconds(10));
  Set("a", absl::Seconds(10));
  Set("c", absl::Seconds(10));
  Set("d", absl::Seconds(10));
  EXPECT_THAT(Keys(), ElementsAre("a", "c", "d"));
  Set("e", absl::Seconds(10));
  EXPECT_THAT(Keys(), ElementsAre("c", "d", "e"));
}

TEST_F(MemoryEvictionTest, WritingAnEntryAgainMovesItBehindItsEquals) {
  OpenWith(3);
  Set("a", absl::Seconds(10));
  Set("b", absl::Seconds(10));
  Set("c", absl::Seconds(10));
  Set("a", absl::Seconds(10));
  Set("d", absl::Seconds(10));
  EXPECT_THAT(Keys(), ElementsAre("a", "c", "d"));
}

TEST_F(MemoryEvictionTest, EqualExpiriesCountAndNotEqualTtls) {
  OpenWith(2);
  Set("a", absl::Seconds(10));
  clock_.Advance(absl::Seconds(4));
  Set("b", absl::Seconds(6));  // Together with "a", but written later.
  Set("c", absl::Seconds(6));
  EXPECT_THAT(Keys(), ElementsAre("b", "c"));
}

TEST_F(MemoryEvictionTest, TheEntryBeingWrittenIsNeverTheVictim) {
  OpenWith(2);
  Set("a", absl::Seconds(20));
  Set("b", absl::Seconds(30));
  Set("c", absl::Seconds(1));
  EXPECT_THAT(Keys(), ElementsAre("b", "c"));
}

TEST_F(MemoryEvictionTest, AStoreOfOneEntryHoldsTheLastOneWritten) {
  OpenWith(1);
  Set("a", absl::Seconds(20));
  Set("b", absl::Seconds(10));
  EXPECT_THAT(Keys(), ElementsAre("b"));
  Set("b", absl::Seconds(5));
  EXPECT_THAT(Keys(), ElementsAre("b"));
}

TEST_F(MemoryEvictionTest, ReplacingEvictsNobodyByCount) {
  OpenWith(3);
  Set("a", absl::Seconds(10));
  Set("b", absl::Seconds(20));
  Set("c", absl::Seconds(30));
  for (int i = 0; i < 10; ++i) Set("c", absl::Seconds(5 + i), 100);
  EXPECT_THAT(Keys(), ElementsAre("a", "b", "c"));
}

TEST_F(MemoryEvictionTest, ExpiredEntriesGoBeforeLiveOnes) {
  OpenWith(3);
  Set("a", absl::Seconds(30));
  Set("b", absl::Seconds(10));
  Set("c", absl::Seconds(20));
  clock_.Advance(absl::Seconds(10));
  Set("d", absl::Seconds(1));
  EXPECT_THAT(Keys(), ElementsAre("a", "c", "d"));
}

TEST_F(MemoryEvictionTest, MakesRoomForALargeEntryAtTheEarliestsExpense) {
  const size_t small = MemoryCacheStore::EntryBytes(1, 1'000);
  OpenWith(100, 5 * small + 500);
  for (const char* key : {"a", "b", "c", "d"}) Set(key, absl::Seconds(10), 1'000);
  Set("e", absl::Seconds(10), 2'500);
  EXPECT_THAT(Keys(), ElementsAre("c", "d", "e"));
  EXPECT_LE(store_->GetStats().memory.value().bytes, 5 * small + 500);
}

TEST_F(MemoryEvictionTest, AReplacedValueMakesRoomFirst) {
  const size_t large = MemoryCacheStore::EntryBytes(1, 10'000);
  OpenWith(100, 2 * large + 500);
  Set("a", absl::Seconds(10), 10'000);
  Set("b", absl::Seconds(10), 10'000);
  Set("b", absl::Seconds(10), 10'000);
  EXPECT_THAT(Keys(), ElementsAre("a", "b"));
}

TEST_F(MemoryEvictionTest, EntryLargerThanTheStoreIsRefusedAndNothingChanges) {
  OpenWith(100, 10'000);
  Set("a", absl::Seconds(10), 1'000);
  Set("b", absl::Seconds(10), 1'000);
  const MemoryStats before = store_->GetStats().memory.value();
  // With a run of its own.
  const size_t entry_bytes = MemoryCacheStore::EntryBytes(1, 10'000) + 80;
  for (const char* key : {"a", "c"}) {
    EXPECT_THAT(cache().Set(key, absl::Cord(std::string(10'000, 'v'))),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         AllOf(HasSubstr("value"), HasSubstr(absl::StrCat(entry_bytes, " bytes")),
                               HasSubstr("10000 bytes (max_bytes)"))));
  }
  EXPECT_THAT(Keys(), ElementsAre("a", "b"));
  EXPECT_THAT(cache().Get("a"), IsHit(std::string(1'000, 'v')));
  EXPECT_EQ(store_->GetStats().memory.value().bytes, before.bytes);
}

TEST_F(MemoryEvictionTest, ArgumentsAreCheckedBeforeTheSizeOfTheEntry) {
  OpenWith(100, 10'000);
  EXPECT_THAT(cache().Set("a", absl::Cord(std::string(20'000, 'v')), absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ttl")));
}

TEST_F(MemoryEvictionTest, UsageCountsEntriesAndTheirBytes) {
  OpenWith(100);
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_EQ(store_->GetStats().memory.value().bytes, 0u);
  Set("a", absl::Seconds(10), 1'000);
  Set("b", absl::Seconds(10), 20);
  const size_t bytes = MemoryCacheStore::EntryBytes(1, 1'000) + MemoryCacheStore::EntryBytes(1, 20);
  EXPECT_EQ(store_->GetStats().memory.value().entries, 2u);
  EXPECT_GE(store_->GetStats().memory.value().bytes, bytes);
  EXPECT_LE(store_->GetStats().memory.value().bytes, bytes + 80) << "one run of entries";
  ASSERT_THAT(cache().Delete("a"), IsOkAndHolds(true));
  ASSERT_THAT(cache().Delete("b"), IsOkAndHolds(true));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_EQ(store_->GetStats().memory.value().bytes, 0u);
}

TEST_F(MemoryEvictionTest, CountsWhatItDropsAndWhy) {
  OpenWith(/*max_entries=*/3, /*max_bytes=*/10'000);
  for (const char* key : {"a", "b", "c", "d", "e"}) Set(key, absl::Seconds(30));
  EXPECT_EQ(store_->GetStats().memory->evicted_for_entries, 2);
  EXPECT_EQ(store_->GetStats().memory->evicted_for_bytes, 0);
  Set("f", absl::Seconds(40), /*value_bytes=*/9'770);
  EXPECT_EQ(store_->GetStats().memory->evicted_for_entries, 3) << "it was full of entries, too";
  EXPECT_EQ(store_->GetStats().memory->evicted_for_bytes, 2);
  EXPECT_EQ(store_->GetStats().memory->expired, 0);

  ASSERT_THAT(cache().Clear(), IsOk());
  Set("a", absl::Seconds(1));
  Set("b", absl::Seconds(1));
  Set("c", absl::Seconds(1));
  clock_.Advance(absl::Seconds(2));
  EXPECT_THAT(cache().Delete("a"), IsOkAndHolds(false));
  EXPECT_THAT(cache().Set("b", absl::Cord("v")), IsOk());
  const MemoryStats stats = store_->GetStats().memory.value();
  EXPECT_EQ(stats.expired, 3);
  EXPECT_EQ(stats.evicted_for_entries, 3) << "what was counted before the Clear";
  EXPECT_EQ(stats.evicted_for_bytes, 2);
}

TEST_F(MemoryEvictionTest, WhatIsDeletedOrReplacedIsNotDropped) {
  OpenWith(3);
  Set("a", absl::Seconds(30));
  Set("a", absl::Seconds(30));
  EXPECT_THAT(cache().Delete("a"), IsOkAndHolds(true));
  const MemoryStats stats = store_->GetStats().memory.value();
  EXPECT_EQ(stats.expired + stats.evicted_for_entries + stats.evicted_for_bytes, 0);
}

TEST_F(MemoryEvictionTest, ClearTakesUsageToZero) {
  OpenWith(100);
  for (int i = 0; i < 100; ++i) Set(absl::StrCat(i), absl::Seconds(10 + i % 7), i);
  ASSERT_THAT(cache().Clear(), IsOk());
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_EQ(store_->GetStats().memory.value().bytes, 0u);
}

TEST_F(MemoryEvictionTest, MemoryOfExpiredEntriesGoesWithWrites) {
  OpenWith(1'000);
  for (int i = 0; i < 800; ++i) Set(absl::StrCat(i), absl::Seconds(10), 100);
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 800u);
  for (int i = 0; i < 50; ++i) Set("a", absl::Seconds(10));
  for (int i = 0; i < 50; ++i) ASSERT_THAT(cache().Delete("b"), IsOkAndHolds(false));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 1u);
}

TEST_F(MemoryEvictionTest, MemoryOfExpiredEntriesGoesWithPings) {
  OpenWith(3'000);
  for (int i = 0; i < 2'500; ++i) Set(absl::StrCat(i), absl::Seconds(10), 100);
  Set("a", absl::Seconds(20));
  clock_.Advance(absl::Seconds(10));
  for (int i = 0; i < 3; ++i) ASSERT_THAT(cache().Ping(), IsOk());
  EXPECT_EQ(store_->GetStats().memory.value().entries, 1u);
  EXPECT_THAT(Keys(), ElementsAre("a"));
}

TEST_F(MemoryEvictionTest, PingDropsNothingThatIsLive) {
  OpenWith(100);
  Set("a", absl::Seconds(10));
  clock_.Advance(absl::Seconds(10) - absl::Nanoseconds(1));
  ASSERT_THAT(cache().Ping(), IsOk());
  EXPECT_THAT(Keys(), ElementsAre("a"));
}

}  // namespace
}  // namespace cachestore
