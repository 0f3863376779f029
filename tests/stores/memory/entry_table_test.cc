// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_table.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kNow = 1'000;
constexpr int64_t kLater = 1'000'000;

// A table, and what its last operation dropped.
class TestTable {
 public:
  explicit TestTable(uint32_t max_entries, size_t max_bytes = size_t{1} << 20)
      : table({max_entries, max_bytes}) {}

  void Put(absl::string_view key, absl::string_view value, int64_t expiry, int64_t now = kNow) {
    dropped.clear();
    Entry entry = {.key = absl::Cord(key), .value = absl::Cord(value), .expiry_nanos = expiry};
    table.Put(EntryTable::HashOf(key), key, std::move(entry), now, dropped);
  }
  bool Erase(absl::string_view key, int64_t now = kNow) {
    dropped.clear();
    return table.Erase(EntryTable::HashOf(key), key, now, dropped);
  }
  void DropExpired(int64_t now, size_t limit) {
    dropped.clear();
    table.DropExpired(now, limit, dropped);
  }
  // The value under `key`, or "(none)".
  std::string Find(absl::string_view key) const {
    const Entry* entry = table.Find(EntryTable::HashOf(key), key);
    return entry == nullptr ? "(none)" : std::string(entry->value);
  }

  EntryTable table;
  EntryTable::Dropped dropped;
};

TEST(EntryTableTest, FindsWhatWasPut) {
  TestTable test(10);
  test.Put("key", "value", kLater);
  EXPECT_EQ(test.Find("key"), "value");
  EXPECT_EQ(test.Find("other"), "(none)");
  EXPECT_EQ(test.table.size(), 1u);
}

TEST(EntryTableTest, EntryExpiresAtItsExpiryAndNotBefore) {
  TestTable test(10);
  test.Put("key", "value", kLater);
  test.DropExpired(kLater - 1, 10);
  EXPECT_EQ(test.Find("key"), "value");
  test.DropExpired(kLater, 10);
  EXPECT_EQ(test.Find("key"), "(none)");
}

TEST(EntryTableTest, PutReplacesAndDropsTheOldValue) {
  TestTable test(10);
  test.Put("key", "old", kLater);
  test.Put("key", "new", kLater);
  EXPECT_EQ(test.Find("key"), "new");
  EXPECT_EQ(test.table.size(), 1u);
  EXPECT_THAT(test.dropped, ElementsAre("old"));
}

TEST(EntryTableTest, EraseDropsTheValueAndTellsThatItWasLive) {
  TestTable test(10);
  test.Put("key", "value", kLater);
  EXPECT_TRUE(test.Erase("key"));
  EXPECT_THAT(test.dropped, ElementsAre("value"));
  EXPECT_EQ(test.Find("key"), "(none)");
  EXPECT_FALSE(test.Erase("key"));
  EXPECT_EQ(test.table.size(), 0u);
  EXPECT_EQ(test.table.bytes(), 0u);
}

TEST(EntryTableTest, EraseOfAnExpiredEntryDropsItAndTellsThatItWasNotLive) {
  TestTable test(10);
  test.Put("key", "value", kLater);
  EXPECT_FALSE(test.Erase("key", kLater));
  EXPECT_THAT(test.dropped, ElementsAre("value"));
  EXPECT_EQ(test.table.size(), 0u);
}

TEST(EntryTableTest, LongKeysAreDroppedToTheCallerToo) {
  TestTable test(10);
  const std::string key(100, 'k');
  test.Put(key, "value", kLater);
  EXPECT_TRUE(test.Erase(key));
  EXPECT_THAT(test.dropped, UnorderedElementsAre("value", key));
}

TEST(EntryTableTest, KeysLargerThanABlockOfACordWork) {
  TestTable test(10);
  const std::string key(20'000, 'k');
  test.Put(key + "a", "1", kLater);
  test.Put(key + "b", "2", kLater);
  EXPECT_EQ(test.Find(key + "a"), "1");
  EXPECT_TRUE(test.Erase(key + "a"));
  EXPECT_EQ(test.Find(key + "a"), "(none)");
  EXPECT_EQ(test.Find(key + "b"), "2");
}

TEST(EntryTableTest, FullTableEvictsTheEarliestExpiry) {
  TestTable test(3);
  test.Put("a", "1", kLater + 2);
  test.Put("b", "2", kLater);
  test.Put("c", "3", kLater + 1);
  test.Put("d", "4", kLater + 3);
  EXPECT_THAT(test.dropped, ElementsAre("2"));
  EXPECT_EQ(test.Find("b"), "(none)");
  EXPECT_EQ(test.table.size(), 3u);
}

TEST(EntryTableTest, AmongEqualExpiriesTheOneSetFirstGoesFirst) {
  TestTable test(3);
  for (const absl::string_view key : {"a", "b", "c"}) test.Put(key, key, kLater);
  test.Put("a", "a again", kLater);
  test.Put("d", "d", kLater);
  EXPECT_THAT(test.dropped, ElementsAre("b"));
  test.Put("e", "e", kLater);
  EXPECT_THAT(test.dropped, ElementsAre("c"));
  test.Put("f", "f", kLater);
  EXPECT_THAT(test.dropped, ElementsAre("a again"));
}

TEST(EntryTableTest, TheNewEntryIsNeverTheVictim) {
  TestTable test(2);
  test.Put("a", "1", kLater);
  test.Put("b", "2", kLater);
  test.Put("c", "3", kNow + 1);
  EXPECT_THAT(test.dropped, ElementsAre("1"));
  EXPECT_EQ(test.Find("c"), "3");
}

TEST(EntryTableTest, ReplacingEvictsNobodyByCount) {
  TestTable test(2);
  test.Put("a", "1", kLater);
  test.Put("b", "2", kLater);
  test.Put("b", "3", kLater);
  EXPECT_THAT(test.dropped, ElementsAre("2"));
  EXPECT_EQ(test.Find("a"), "1");
}

TEST(EntryTableTest, PutDropsEightExpiredEntriesAtMost) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), absl::StrCat(i), kLater + i);
  test.Put("a", "1", 2 * kLater, kLater + 15);
  EXPECT_THAT(test.dropped, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7"));
  test.Put("b", "2", 2 * kLater, kLater + 15);
  EXPECT_EQ(test.dropped.size(), 8u);
  test.Put("c", "3", 2 * kLater, kLater + 15);
  EXPECT_THAT(test.dropped, IsEmpty());
  EXPECT_EQ(test.table.size(), 4u + 3u);
}

TEST(EntryTableTest, EraseDropsExpiredEntriesToo) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), absl::StrCat(i), kLater);
  EXPECT_FALSE(test.Erase("absent", kLater));
  EXPECT_EQ(test.dropped.size(), 8u);
  EXPECT_EQ(test.table.size(), 12u);
}

TEST(EntryTableTest, DropExpiredStopsAtItsLimit) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), absl::StrCat(i), kLater);
  test.DropExpired(kLater - 1, 100);
  EXPECT_THAT(test.dropped, IsEmpty());
  test.DropExpired(kLater, 5);
  EXPECT_THAT(test.dropped, ElementsAre("0", "1", "2", "3", "4"));
  test.DropExpired(kLater, 100);
  EXPECT_EQ(test.dropped.size(), 15u);
  EXPECT_EQ(test.table.size(), 0u);
  EXPECT_EQ(test.table.bytes(), 0u);
}

TEST(EntryTableTest, BytesAreTheSumOfEntriesAndRuns) {
  TestTable test(100);
  test.Put("a", "value", kLater);
  test.Put(std::string(50, 'b'), std::string(500, 'v'), kLater);
  const size_t entries = EntryTable::EntryBytes(1, 5) + EntryTable::EntryBytes(50, 500);
  EXPECT_EQ(test.table.bytes(), entries + ExpiryOrder::kBytesPerRun);
  test.Put("c", "", kLater - 1);
  EXPECT_EQ(test.table.bytes(),
            entries + EntryTable::EntryBytes(1, 0) + 2 * ExpiryOrder::kBytesPerRun);
  EXPECT_TRUE(test.Erase("c"));
  EXPECT_TRUE(test.Erase(std::string(50, 'b')));
  EXPECT_EQ(test.table.bytes(), EntryTable::EntryBytes(1, 5) + ExpiryOrder::kBytesPerRun);
}

TEST(EntryTableTest, OverheadOfASmallEntryIsBelow64Bytes) {
  // Keys and values that Cords hold in place cost nothing beside the entry.
  EXPECT_LE(EntryTable::EntryBytes(15, 15), 15u + 15u + 64u);
}

TEST(EntryTableTest, ByteCapEvictsAsManyAsTheNewEntryNeeds) {
  const size_t small = EntryTable::EntryBytes(1, 100);
  const size_t max_bytes = 10 * small + 2 * ExpiryOrder::kBytesPerRun;
  TestTable test(100, max_bytes);
  for (char key = 'a'; key < 'a' + 10; ++key) {
    test.Put(std::string(1, key), std::string(100, key), kLater);
  }
  EXPECT_EQ(test.table.size(), 10u);
  test.Put("x", std::string(450, 'x'), kLater);
  EXPECT_LE(test.table.bytes(), max_bytes);
  EXPECT_EQ(test.Find("x"), std::string(450, 'x'));
  // The earliest have gone, no more than were needed.
  const size_t gone = test.dropped.size();
  EXPECT_GT((gone + 1) * small, EntryTable::EntryBytes(1, 450));
  EXPECT_LT((gone - 1) * small, EntryTable::EntryBytes(1, 450));
  for (size_t i = 0; i < 10; ++i) {
    const char key = static_cast<char>('a' + i);
    EXPECT_EQ(test.Find(std::string(1, key)), i < gone ? "(none)" : std::string(100, key));
  }
}

TEST(EntryTableTest, AnEntryThatJoinsARunNeedsNoRoomForOne) {
  const size_t max_bytes = 2 * EntryTable::EntryBytes(1, 1) + ExpiryOrder::kBytesPerRun;
  TestTable test(10, max_bytes);
  test.Put("a", "1", kLater);
  test.Put("b", "2", kLater);
  EXPECT_EQ(test.table.size(), 2u);
  EXPECT_EQ(test.table.bytes(), max_bytes);
  // Replaced at the same size, it still fits beside the other.
  test.Put("a", "3", kLater);
  EXPECT_EQ(test.table.size(), 2u);
  EXPECT_EQ(test.Find("b"), "2");
  // Before both, it needs a run of its own, and one of them goes for it.
  test.Put("c", "4", kLater - 1);
  EXPECT_EQ(test.table.size(), 1u);
  EXPECT_EQ(test.Find("c"), "4");
}

TEST(EntryTableTest, AnEntryThatJustFitsTakesTheWholeTable) {
  const size_t max_bytes = EntryTable::LeastBytes(1, 1'000);
  TestTable test(10, max_bytes);
  test.Put("a", "1", kLater);
  test.Put("b", "2", 2 * kLater);
  test.Put("c", std::string(1'000, 'c'), kLater);
  EXPECT_EQ(test.table.size(), 1u);
  EXPECT_EQ(test.table.bytes(), max_bytes);
  EXPECT_EQ(test.Find("c"), std::string(1'000, 'c'));
}

TEST(EntryTableTest, HolesLeftByManyVictimsAreClosed) {
  // One large entry displaces many; those that stay are found all the same.
  const size_t small = EntryTable::EntryBytes(15, 0);
  TestTable test(1'000, 200 * small);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 150; ++i) {
      test.Put(absl::StrCat("k", round, ".", i), "", kLater + (i * 7919) % 1'000);
    }
    const std::string large(100 * small, 'v');
    test.Put("large", large, kNow + 1);
    EXPECT_EQ(test.Find("large"), large);
    size_t found = 1;
    for (int r = 0; r <= round; ++r) {
      for (int i = 0; i < 150; ++i) {
        if (test.Find(absl::StrCat("k", r, ".", i)).empty()) ++found;
      }
    }
    ASSERT_EQ(found, test.table.size());
  }
}

}  // namespace
}  // namespace cachestore
