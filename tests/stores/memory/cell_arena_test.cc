// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/cell_arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"
#include "stores/memory/entry.h"
#include "stores/memory/new_entry.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

constexpr size_t kUnit = CellArena::kLeastUnitBytes;
constexpr size_t kSmall = 40;
constexpr size_t kLarge = 1'000;

// How much of `bytes` from `from` on is in memory.
size_t ResidentBytes(void* from, size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(bytes / page);
  EXPECT_EQ(mincore(from, bytes, pages.data()), 0);
  size_t resident = 0;
  for (const unsigned char state : pages) resident += (state & 1) * page;
  return resident;
}

// An arena whose cells are as full as can be, so that two that overlap are found out.
class TestArena {
 public:
  explicit TestArena(size_t max_chunks)
      : arena_(kUnit, max_chunks), bytes_(max_chunks * CellArena::kChunkBytes) {}

  void Allocate(size_t bytes) {
    const uint32_t ref = arena_.Allocate(arena_.ClassOf(bytes));
    ASSERT_LE(ref * kUnit + bytes, bytes_) << "beyond the last chunk";
    std::memset(arena_.At(ref), ++fill_, bytes);
    cells_[bytes].push_back({ref, fill_});
    accounted_ += CellArena::BytesFor(bytes, kUnit);
  }
  void FreeLast(size_t bytes) {
    ExpectLast(bytes);
    arena_.FreeLast(arena_.ClassOf(bytes));
    cells_[bytes].pop_back();
    accounted_ -= CellArena::BytesFor(bytes, kUnit);
  }
  size_t Count(size_t bytes) { return cells_[bytes].size(); }

  // The last cell is the one that came last, with what was written there.
  void ExpectLast(size_t bytes) {
    const auto [ref, fill] = cells_[bytes].back();
    ASSERT_EQ(arena_.Last(arena_.ClassOf(bytes)), ref);
    const std::string expected(bytes, static_cast<char>(fill));
    ASSERT_EQ(std::memcmp(arena_.At(ref), expected.data(), bytes), 0) << "a cell of " << bytes;
  }

  size_t accounted() const { return accounted_; }
  size_t Resident() const { return ResidentBytes(arena_.At(0), bytes_); }

 private:
  struct Cell {
    uint32_t ref;
    unsigned char fill;
  };

  CellArena arena_;
  const size_t bytes_;
  std::map<size_t, std::vector<Cell>> cells_;
  unsigned char fill_ = 0;
  size_t accounted_ = 0;
};

TEST(CellArenaTest, CellsOfAClassLieOneBehindTheOther) {
  CellArena arena(kUnit, 10);
  const CellArena::Class cells = arena.ClassOf(kSmall);
  for (uint32_t i = 0; i < CellArena::kChunkBytes / kSmall; ++i) {
    ASSERT_EQ(arena.Allocate(cells), i * kSmall / kUnit);
  }
  EXPECT_EQ(arena.Allocate(cells), CellArena::kChunkBytes / kUnit) << "in the next chunk";
}

TEST(CellArenaTest, SizesOfTheSameNumberOfUnitsAreOneClass) {
  const CellArena arena(16, 10);
  EXPECT_EQ(arena.ClassOf(33), arena.ClassOf(48));
  EXPECT_NE(arena.ClassOf(48), arena.ClassOf(49));
}

TEST(CellArenaTest, LargerUnitsReachFurther) {
  CellArena arena(64, 10);
  const CellArena::Class cells = arena.ClassOf(kSmall);
  const uint32_t first = arena.Allocate(cells);
  const uint32_t second = arena.Allocate(cells);
  EXPECT_EQ(second, first + 1);
  EXPECT_EQ(static_cast<char*>(arena.At(second)) - static_cast<char*>(arena.At(first)), 64);
}

TEST(CellArenaTest, AnEmptiedChunkServesAnotherClass) {
  // With room for either class, not for both.
  constexpr size_t kChunks = 4;
  TestArena arena(kChunks);
  for (int round = 0; round < 3; ++round) {
    for (const size_t bytes : {kSmall, kLarge, size_t{Entry::MaxCellBytes()}}) {
      for (size_t i = 0; i < kChunks * (CellArena::kChunkBytes / bytes); ++i) {
        ASSERT_NO_FATAL_FAILURE(arena.Allocate(bytes));
      }
      while (arena.Count(bytes) > 0) ASSERT_NO_FATAL_FAILURE(arena.FreeLast(bytes));
    }
  }
}

TEST(CellArenaTest, BytesForCoverEveryCellOfAChunk) {
  for (const size_t unit : {8, 16, 64, 2'048}) {
    for (size_t bytes = 25; bytes <= Entry::MaxCellBytes(); ++bytes) {
      const size_t cell = (bytes + unit - 1) / unit * unit;
      const size_t accounted = CellArena::BytesFor(bytes, unit);
      ASSERT_GE(accounted * (CellArena::kChunkBytes / cell), CellArena::kChunkBytes) << bytes;
      ASSERT_LE(accounted, cell + cell / 32 + 1) << bytes;
    }
  }
}

TEST(CellArenaTest, WhatIsResidentFollowsWhatIsAccounted) {
  constexpr size_t kCells = 20'000;
  const std::vector<size_t> sizes = {32, 104, 520, Entry::MaxCellBytes()};
  const size_t partly_filled = sizes.size() * CellArena::kChunkBytes;
  constexpr size_t kHugePage = size_t{2} << 20;
  TestArena arena(2'000);
  const auto expect_accounted = [&] {
    const size_t resident = arena.Resident();
    ASSERT_LE(resident,
              arena.accounted() * 17 / 16 + partly_filled + (size_t{256} << 10) + kHugePage);
    ASSERT_GE(resident + partly_filled, arena.accounted());
  };
  for (const size_t bytes : sizes) {
    while (arena.Count(bytes) < kCells) arena.Allocate(bytes);
    ASSERT_NO_FATAL_FAILURE(expect_accounted()) << "with cells of " << bytes;
  }
  for (const size_t bytes : sizes) {
    while (arena.Count(bytes) > 0) arena.FreeLast(bytes);
    ASSERT_NO_FATAL_FAILURE(expect_accounted()) << "without cells of " << bytes;
  }
}

TEST(CellArenaTest, CellsKeepTheirBytesWhileOthersComeAndGo) {
  const std::vector<size_t> sizes = {25, 33, 104, 520, 777, Entry::MaxCellBytes()};
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    TestArena arena(1'000);
    for (int step = 0; step < 100'000; ++step) {
      const bool filling = step / 10'000 % 2 == 0;
      const size_t bytes = sizes[random() % sizes.size()];
      if (random() % 4 < (filling ? 3 : 1)) {
        arena.Allocate(bytes);
      } else if (arena.Count(bytes) > 0) {
        ASSERT_NO_FATAL_FAILURE(arena.FreeLast(bytes)) << "step " << step;
      }
    }
  }
}

TEST(CellArenaTest, VisitsEveryEntryOnce) {
  constexpr int kEntries = 5'000;
  CellArena arena(kUnit, 200);
  for (int i = 0; i < kEntries; ++i) {
    const std::string key = std::to_string(i);
    NewEntry entry(key, absl::Cord(std::string(i % 500, 'v')));
    new (arena.At(arena.Allocate(arena.ClassOf(Entry::CellBytes(key.size(), i % 500)))))
        Entry(std::move(entry));
  }
  std::vector<int> visits(kEntries);
  arena.ForEach([&](const Entry& entry) { ++visits.at(std::stoi(std::string(entry.key()))); });
  EXPECT_EQ(visits, std::vector<int>(kEntries, 1));
}

}  // namespace
}  // namespace cachestore
