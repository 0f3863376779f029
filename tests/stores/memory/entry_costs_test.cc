// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_costs.h"

#include <limits>

#include "gtest/gtest.h"
#include "stores/memory/allocation.h"
#include "stores/memory/cell_arena.h"
#include "stores/memory/entry.h"

namespace cachestore {
namespace {

constexpr size_t kGiB = size_t{1} << 30;
constexpr uint32_t kMaxEntries = std::numeric_limits<int32_t>::max();

TEST(EntryCostsTest, ASmallEntryTakesAtMost36BytesBesideItsOwn) {
  const EntryCosts costs({.max_entries = 1'000'000, .max_bytes = kGiB});
  EXPECT_LE(costs.Of(15, 64), 15u + 64u + 36u);
}

TEST(EntryCostsTest, LongKeysAndValuesCountTheirBlocks) {
  const EntryCosts costs({.max_entries = 10, .max_bytes = kGiB});
  const size_t value = costs.Of(1, 513) - costs.Of(1, 16);
  EXPECT_EQ(value, HeapBytes(513));
  EXPECT_EQ(costs.Of(513, 513) - costs.Of(16, 16), 2 * HeapBytes(513));
}

TEST(EntryCostsTest, UnitsAre8BytesUpTo16GiB) {
  EXPECT_EQ(EntryCosts({.max_entries = kMaxEntries, .max_bytes = 0}).unit_bytes(), 8u);
  EXPECT_EQ(EntryCosts({.max_entries = kMaxEntries, .max_bytes = 16 * kGiB}).unit_bytes(), 8u);
  EXPECT_EQ(EntryCosts({.max_entries = 10'000, .max_bytes = 1'000 * kGiB}).unit_bytes(), 8u);
}

TEST(EntryCostsTest, UnitsDoubleWithTheBytesThatEntriesMayTake) {
  EXPECT_EQ(EntryCosts({.max_entries = kMaxEntries, .max_bytes = 32 * kGiB}).unit_bytes(), 16u);
  EXPECT_EQ(EntryCosts({.max_entries = kMaxEntries, .max_bytes = 100 * kGiB}).unit_bytes(), 64u);
}

TEST(EntryCostsTest, RefsReachOverEveryChunkWhateverTheCaps) {
  for (const uint32_t max_entries : {1u, 1'000u, 100'000'000u, kMaxEntries}) {
    for (size_t max_bytes = 1; max_bytes < std::numeric_limits<size_t>::max() / 2; max_bytes *= 2) {
      const EntryCosts costs({max_entries, max_bytes});
      const size_t units = costs.max_chunks() * CellArena::kChunkBytes / costs.unit_bytes();
      ASSERT_LE(units, CellArena::kMaxRefs) << max_entries << " entries, " << max_bytes << " bytes";
    }
  }
}

}  // namespace
}  // namespace cachestore
