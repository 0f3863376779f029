// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/allocation.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace {

// What this thread holds of what operator new gave, headers of the allocator included.
thread_local int64_t held_bytes = 0;

int64_t BlockBytes(void* block) {
  return static_cast<int64_t>(malloc_usable_size(block) + sizeof(size_t));
}

}  // namespace

void* operator new(size_t bytes) {
  void* const block = std::malloc(bytes);
  if (block == nullptr) throw std::bad_alloc();
  held_bytes += BlockBytes(block);
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  held_bytes -= BlockBytes(block);
  std::free(block);
}

void operator delete(void* block, size_t /*bytes*/) noexcept { operator delete(block); }

void* operator new[](size_t bytes) { return operator new(bytes); }

void operator delete[](void* block) noexcept { operator delete(block); }

void operator delete[](void* block, size_t /*bytes*/) noexcept { operator delete(block); }

namespace cachestore {
namespace {

// Every size up to beyond the largest block of a Cord, and some larger ones.
std::vector<size_t> Sizes() {
  std::vector<size_t> sizes;
  for (size_t bytes = 0; bytes <= 5'000; ++bytes) sizes.push_back(bytes);
  for (const size_t bytes : {8'192, 20'000, 65'536, 100'000, 200'000, 1'048'576}) {
    sizes.push_back(bytes);
  }
  return sizes;
}

std::string Pattern(size_t bytes) {
  std::string pattern(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) pattern[i] = static_cast<char>(i * 31 + i / 256);
  return pattern;
}

// A Cord over `view`, which it does not own; `alive` is true until the Cord lets go.
absl::Cord External(absl::string_view view, bool& alive) {
  alive = true;
  return absl::MakeCordFromExternal(view, [&alive] { alive = false; });
}

TEST(AllocationTest, CopyHasTheSameBytes) {
  for (const size_t bytes : Sizes()) {
    const std::string value = Pattern(bytes);
    ASSERT_EQ(CompactCopy(absl::Cord(value)), value) << bytes;
  }
}

TEST(AllocationTest, CopyOfManyChunksHasTheSameBytes) {
  for (const size_t bytes : Sizes()) {
    const std::string value = Pattern(bytes);
    bool alive[3];
    absl::Cord chunks = External(absl::string_view(value).substr(0, bytes / 3), alive[0]);
    chunks.Append(External(absl::string_view(value).substr(bytes / 3, bytes / 2), alive[1]));
    chunks.Append(External(absl::string_view(value).substr(bytes / 3 + bytes / 2), alive[2]));
    ASSERT_EQ(CompactCopy(chunks), value) << bytes;
  }
}

TEST(AllocationTest, CopyIsOneBlock) {
  const std::string half = Pattern(1'000'000);
  absl::Cord value(half);
  value.Append(half);
  EXPECT_TRUE(CompactCopy(value).TryFlat().has_value());
  EXPECT_TRUE(CompactCopy(value.Subcord(999'000, 2'000)).TryFlat().has_value());
}

TEST(AllocationTest, CopyPinsNoBufferOfSomebodyElse) {
  for (const size_t bytes : Sizes()) {
    const std::string buffer = Pattern(bytes);
    bool alive = false;
    absl::Cord value = External(buffer, alive);
    const absl::Cord copy = CompactCopy(value);
    value.Clear();
    ASSERT_FALSE(alive) << "a copy of " << bytes << " bytes refers to the buffer";
  }
}

TEST(AllocationTest, CopyOfAPartPinsNothingOfTheWhole) {
  const std::string buffer = Pattern(2'000'000);
  for (const size_t bytes : Sizes()) {
    bool alive = false;
    absl::Cord whole = External(buffer, alive);
    absl::Cord part = whole.Subcord(1'000, bytes);
    const absl::Cord copy = CompactCopy(part);
    whole.Clear();
    part.Clear();
    ASSERT_FALSE(alive) << "a copy of " << bytes << " bytes refers to the buffer";
  }
}

// What a compact copy of `value` holds, beyond what was held before. The least of a few: Abseil
// keeps statistics on some Cords, chosen at random.
int64_t HeldByCopy(const absl::Cord& value) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < 4; ++i) {
    const int64_t before = held_bytes;
    const absl::Cord copy = CompactCopy(value);
    least = std::min(least, held_bytes - before);
  }
  return least;
}

TEST(AllocationTest, HeapBytesAreWhatTheAllocatorGives) {
  AllocatedBytes(1);  // Fills its table.
  for (const size_t bytes : Sizes()) {
    const std::string buffer = Pattern(bytes);
    bool alive = false;
    const int64_t held = HeldByCopy(External(buffer, alive));
    // An allocator gives a little more where the rest would be too small for a block, and rounds
    // large blocks up to pages.
    const int64_t tolerance = bytes < 100'000 ? 32 : 4'096 + 32;
    ASSERT_NEAR(held, HeapBytes(bytes), tolerance) << bytes;
  }
}

TEST(AllocationTest, SmallValuesTakeNoHeap) {
  for (size_t bytes = 0; bytes <= 15; ++bytes) EXPECT_EQ(HeapBytes(bytes), 0u);
  EXPECT_GT(HeapBytes(16), 0u);
}

TEST(AllocationTest, HeapBytesGrowWithTheValue) {
  size_t last = 0;
  for (const size_t bytes : Sizes()) {
    // One step down is right: a large value is a block of its own, without a Cord's header.
    EXPECT_GE(HeapBytes(bytes) + 64, last) << bytes;
    EXPECT_GE(HeapBytes(bytes), bytes > 15 ? bytes : 0) << bytes;
    last = HeapBytes(bytes);
  }
}

TEST(AllocationTest, AllocatedBytesCoverTheRequest) {
  for (size_t bytes = 1; bytes < 10'000; ++bytes) {
    ASSERT_GE(AllocatedBytes(bytes), bytes);
    ASSERT_LE(AllocatedBytes(bytes), bytes + bytes / 4 + 32);
  }
}

}  // namespace
}  // namespace cachestore
