// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_table.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/memory/entry.h"
#include "stores/memory/entry_costs.h"
#include "stores/memory/new_entry.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kNow = 1'000;
constexpr int64_t kLater = 1'000'000;

// A value that has a block of its own, and so is dropped to the caller.
std::string Long(absl::string_view value) {
  return absl::StrCat(value, std::string(kMaxShortBytes, '.'));
}

size_t EntryBytes(size_t key_bytes, size_t value_bytes) {
  return EntryCosts({.max_entries = 100, .max_bytes = 1}).Of(key_bytes, value_bytes);
}

// A table, and what its last operation dropped.
class TestTable {
 public:
  explicit TestTable(uint32_t max_entries, size_t max_bytes = size_t{1} << 20)
      : table({max_entries, max_bytes}) {}

  void Put(absl::string_view key, absl::string_view value, int64_t expiry, int64_t now = kNow) {
    dropped.clear();
    NewEntry entry(key, absl::Cord(value));
    entry.expiry_nanos = expiry;
    table.Put(EntryTable::HashOf(key), std::move(entry), now, dropped);
  }
  void PutValue(absl::string_view key, absl::string_view value) {
    dropped.clear();
    table.PutValue(EntryTable::HashOf(key), NewEntry(key, absl::Cord(value)), kNow, dropped);
  }
  void Touch(absl::string_view key, int64_t expiry) {
    dropped.clear();
    table.Touch(EntryTable::HashOf(key), key, expiry, kNow, dropped);
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
    return entry == nullptr ? "(none)" : std::string(entry->value());
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
  test.Put("key", Long("old"), kLater);
  test.Put("key", Long("new"), kLater);
  EXPECT_EQ(test.Find("key"), Long("new"));
  EXPECT_EQ(test.table.size(), 1u);
  EXPECT_THAT(test.dropped, ElementsAre(Long("old")));
}

TEST(EntryTableTest, EraseDropsTheValueAndTellsThatItWasLive) {
  TestTable test(10);
  test.Put("key", Long("value"), kLater);
  EXPECT_TRUE(test.Erase("key"));
  EXPECT_THAT(test.dropped, ElementsAre(Long("value")));
  EXPECT_EQ(test.Find("key"), "(none)");
  EXPECT_FALSE(test.Erase("key"));
  EXPECT_EQ(test.table.size(), 0u);
  EXPECT_EQ(test.table.bytes(), 0u);
}

TEST(EntryTableTest, EraseOfAnExpiredEntryDropsItAndTellsThatItWasNotLive) {
  TestTable test(10);
  test.Put("key", Long("value"), kLater);
  EXPECT_FALSE(test.Erase("key", kLater));
  EXPECT_THAT(test.dropped, ElementsAre(Long("value")));
  EXPECT_EQ(test.table.size(), 0u);
}

TEST(EntryTableTest, LongKeysAreDroppedToTheCallerToo) {
  TestTable test(10);
  const std::string key(600, 'k');
  test.Put(key, Long("value"), kLater);
  EXPECT_TRUE(test.Erase(key));
  EXPECT_THAT(test.dropped, UnorderedElementsAre(Long("value"), key));
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
  test.Put("a", Long("1"), kLater + 2);
  test.Put("b", Long("2"), kLater);
  test.Put("c", Long("3"), kLater + 1);
  test.Put("d", Long("4"), kLater + 3);
  EXPECT_THAT(test.dropped, ElementsAre(Long("2")));
  EXPECT_EQ(test.Find("b"), "(none)");
  EXPECT_EQ(test.table.size(), 3u);
}

TEST(EntryTableTest, AmongEqualExpiriesTheOneSetFirstGoesFirst) {
  TestTable test(3);
  for (const absl::string_view key : {"a", "b", "c"}) test.Put(key, Long(key), kLater);
  test.Put("a", Long("a again"), kLater);
  test.Put("d", Long("d"), kLater);
  EXPECT_THAT(test.dropped, ElementsAre(Long("b")));
  test.Put("e", Long("e"), kLater);
  EXPECT_THAT(test.dropped, ElementsAre(Long("c")));
  test.Put("f", Long("f"), kLater);
  EXPECT_THAT(test.dropped, ElementsAre(Long("a again")));
}

TEST(EntryTableTest, TheNewEntryIsNeverTheVictim) {
  TestTable test(2);
  test.Put("a", Long("1"), kLater);
  test.Put("b", Long("2"), kLater);
  test.Put("c", Long("3"), kNow + 1);
  EXPECT_THAT(test.dropped, ElementsAre(Long("1")));
  EXPECT_EQ(test.Find("c"), Long("3"));
}

TEST(EntryTableTest, ReplacingEvictsNobodyByCount) {
  TestTable test(2);
  test.Put("a", Long("1"), kLater);
  test.Put("b", Long("2"), kLater);
  test.Put("b", Long("3"), kLater);
  EXPECT_THAT(test.dropped, ElementsAre(Long("2")));
  EXPECT_EQ(test.Find("a"), Long("1"));
}

TEST(EntryTableTest, PutDropsEightExpiredEntriesAtMost) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), Long(absl::StrCat(i)), kLater + i);
  test.Put("a", Long("1"), 2 * kLater, kLater + 15);
  EXPECT_THAT(test.dropped, ElementsAre(Long("0"), Long("1"), Long("2"), Long("3"), Long("4"),
                                        Long("5"), Long("6"), Long("7")));
  test.Put("b", Long("2"), 2 * kLater, kLater + 15);
  EXPECT_EQ(test.dropped.size(), 8u);
  test.Put("c", Long("3"), 2 * kLater, kLater + 15);
  EXPECT_THAT(test.dropped, IsEmpty());
  EXPECT_EQ(test.table.size(), 4u + 3u);
}

TEST(EntryTableTest, EraseDropsExpiredEntriesToo) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), Long(absl::StrCat(i)), kLater);
  EXPECT_FALSE(test.Erase("absent", kLater));
  EXPECT_EQ(test.dropped.size(), 8u);
  EXPECT_EQ(test.table.size(), 12u);
}

TEST(EntryTableTest, DropExpiredStopsAtItsLimit) {
  TestTable test(100);
  for (int i = 0; i < 20; ++i) test.Put(absl::StrCat("key", i), Long(absl::StrCat(i)), kLater);
  test.DropExpired(kLater - 1, 100);
  EXPECT_THAT(test.dropped, IsEmpty());
  test.DropExpired(kLater, 5);
  EXPECT_THAT(test.dropped, ElementsAre(Long("0"), Long("1"), Long("2"), Long("3"), Long("4")));
  test.DropExpired(kLater, 100);
  EXPECT_EQ(test.dropped.size(), 15u);
  EXPECT_EQ(test.table.size(), 0u);
  EXPECT_EQ(test.table.bytes(), 0u);
}

TEST(EntryTableTest, BytesAreTheSumOfEntriesAndRuns) {
  TestTable test(100);
  test.Put("a", "value", kLater);
  test.Put(std::string(50, 'b'), std::string(500, 'v'), kLater);
  const size_t entries = EntryBytes(1, 5) + EntryBytes(50, 500);
  EXPECT_EQ(test.table.bytes(), entries + ExpiryOrder::kBytesPerRun);
  test.Put("c", "", kLater - 1);
  EXPECT_EQ(test.table.bytes(), entries + EntryBytes(1, 0) + 2 * ExpiryOrder::kBytesPerRun);
  EXPECT_TRUE(test.Erase("c"));
  EXPECT_TRUE(test.Erase(std::string(50, 'b')));
  EXPECT_EQ(test.table.bytes(), EntryBytes(1, 5) + ExpiryOrder::kBytesPerRun);
}

TEST(EntryTableTest, ByteCapEvictsAsManyAsTheNewEntryNeeds) {
  const size_t small = EntryBytes(1, 100);
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
  const size_t gone = 11 - test.table.size();
  EXPECT_GT((gone + 1) * small, EntryBytes(1, 450));
  EXPECT_LT((gone - 1) * small, EntryBytes(1, 450));
  for (size_t i = 0; i < 10; ++i) {
    const char key = static_cast<char>('a' + i);
    EXPECT_EQ(test.Find(std::string(1, key)), i < gone ? "(none)" : std::string(100, key));
  }
}

TEST(EntryTableTest, AnEntryThatJoinsARunNeedsNoRoomForOne) {
  const size_t max_bytes = 2 * EntryBytes(1, 1) + ExpiryOrder::kBytesPerRun;
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
  const size_t max_bytes = EntryBytes(1, 1'000) + ExpiryOrder::kBytesPerRun;
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
  const size_t small = EntryBytes(15, 0);
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

TEST(EntryTableTest, ShortKeysAndValuesLeaveNothingToFree) {
  TestTable test(1);
  test.Put(std::string(512, 'a'), std::string(512, '1'), kLater);
  test.Put("b", "2", kLater);
  EXPECT_THAT(test.dropped, IsEmpty());
}

// Entries of three sizes, each of which the table moves when others are erased.
std::string ValueOf(int i) { return absl::StrCat(i, std::string(i % 3 * 40, 'v')); }

TEST(EntryTableTest, EntriesThatMoveAreFoundAndKeepTheirTurn) {
  constexpr int kEntries = 300;
  TestTable test(kEntries);
  for (int i = 0; i < kEntries; ++i) {
    test.Put(absl::StrCat("key", i), ValueOf(i), kLater + i % 7);
  }
  // The first of each size, whose cells the last of them fill.
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(test.Erase(absl::StrCat("key", i)));
  std::vector<int> there(kEntries - 100);
  std::iota(there.begin(), there.end(), 100);
  std::stable_sort(there.begin(), there.end(), [](int a, int b) { return a % 7 < b % 7; });
  for (const int i : there) {
    ASSERT_EQ(test.Find(absl::StrCat("key", i)), ValueOf(i));
    test.DropExpired(2 * kLater, 1);
    ASSERT_EQ(test.Find(absl::StrCat("key", i)), "(none)") << "another one went before";
  }
}

TEST(EntryTableTest, AValueOfAnySizeTakesThePlaceOfAnotherAndKeepsItsTurn) {
  const std::vector<size_t> sizes = {0, 1, 100, 511, 512, 513, 5'000};
  for (const size_t from : sizes) {
    for (const size_t to : sizes) {
      TestTable test(10);
      for (const absl::string_view key : {"a", "b", "c"}) {
        test.Put(key, std::string(from, 'v'), kLater);
      }
      test.PutValue("a", std::string(to, 'w'));
      EXPECT_EQ(test.Find("a"), std::string(to, 'w'));
      EXPECT_EQ(test.dropped.size(), from > 512 ? 1u : 0u);
      EXPECT_EQ(test.table.bytes(),
                2 * EntryBytes(1, from) + EntryBytes(1, to) + ExpiryOrder::kBytesPerRun);
      for (const absl::string_view key : {"a", "b", "c"}) {
        EXPECT_NE(test.Find(key), "(none)") << key << " from " << from << " to " << to;
        test.DropExpired(kLater, 1);
        EXPECT_EQ(test.Find(key), "(none)") << key << " from " << from << " to " << to;
      }
    }
  }
}

TEST(EntryTableTest, AValueForWhichOthersMustGoKeepsItsTurnToo) {
  const size_t max_bytes =
      2 * EntryBytes(1, 400) + EntryBytes(1, 1) + 2 * ExpiryOrder::kBytesPerRun;
  TestTable test(10, max_bytes);
  test.Put("a", std::string(400, 'a'), kLater);
  test.Put("b", "1", kLater);
  test.Put("c", std::string(400, 'c'), kLater);
  test.PutValue("b", std::string(400, 'b'));
  EXPECT_LE(test.table.bytes(), max_bytes);
  EXPECT_EQ(test.Find("a"), "(none)");
  EXPECT_EQ(test.Find("b"), std::string(400, 'b'));
  test.DropExpired(kLater, 1);
  EXPECT_EQ(test.Find("b"), "(none)");
  EXPECT_EQ(test.Find("c"), std::string(400, 'c'));
}

TEST(EntryTableTest, AnEntryIsNotDroppedForItsOwnLargerValue) {
  const size_t max_bytes = EntryBytes(1, 400) + EntryBytes(1, 1) + ExpiryOrder::kBytesPerRun;
  TestTable test(10, max_bytes);
  test.Put("a", "1", kLater);
  test.Put("b", std::string(400, 'b'), kLater + 1);
  test.PutValue("a", std::string(400, 'a'));
  EXPECT_EQ(test.Find("a"), std::string(400, 'a'));
  EXPECT_EQ(test.Find("b"), "(none)");
}

TEST(EntryTableTest, TouchPutsAnEntryBehindItsEquals) {
  TestTable test(3);
  for (const absl::string_view key : {"a", "b", "c"}) test.Put(key, Long(key), kLater);
  test.Touch("a", kLater);
  EXPECT_THAT(test.dropped, IsEmpty());
  for (const absl::string_view key : {"b", "c", "a"}) {
    test.DropExpired(kLater, 1);
    EXPECT_THAT(test.dropped, ElementsAre(Long(key)));
  }
}

TEST(EntryTableTest, TouchKeepsTheValueWhereThereIsNoRoomForARun) {
  for (const std::string& value : {std::string(100, 'v'), Long("long")}) {
    const size_t max_bytes = 3 * EntryBytes(1, value.size()) + ExpiryOrder::kBytesPerRun;
    TestTable test(10, max_bytes);
    for (const absl::string_view key : {"a", "b", "c"}) test.Put(key, value, kLater);
    // Before the others, in a run of its own, for which the earliest of them has to go.
    test.Touch("c", kLater - 1);
    EXPECT_EQ(test.Find("c"), value);
    EXPECT_EQ(test.Find("a"), "(none)");
    EXPECT_EQ(test.Find("b"), value);
    EXPECT_LE(test.table.bytes(), max_bytes);
    test.DropExpired(kLater - 1, 10);
    EXPECT_EQ(test.Find("c"), "(none)");
  }
}

}  // namespace
}  // namespace cachestore
