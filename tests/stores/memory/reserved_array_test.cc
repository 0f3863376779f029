// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/reserved_array.h"

#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(ReservedArrayTest, BeginsEmpty) {
  const ReservedArray<int> array(10);
  EXPECT_EQ(array.size(), 0u);
}

TEST(ReservedArrayTest, HoldsWhatWasPushed) {
  ReservedArray<std::string> array(1'000);
  for (int i = 0; i < 1'000; ++i) array.PushBack() = std::string(100, static_cast<char>(i));
  EXPECT_EQ(array.size(), 1'000u);
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(array[i], std::string(100, static_cast<char>(i)));
}

TEST(ReservedArrayTest, ElementsNeverMove) {
  ReservedArray<std::string> array(100'000);
  const std::string* const first = &array.PushBack();
  for (int i = 1; i < 100'000; ++i) array.PushBack();
  EXPECT_EQ(&array[0], first);
}

TEST(ReservedArrayTest, ANewElementHasItsDefaultValue) {
  ReservedArray<int> array(10);
  array.PushBack() = 7;
  array.PopBack();
  EXPECT_EQ(array.PushBack(), 0);
}

TEST(ReservedArrayTest, DestroysEachElementOnce) {
  const auto counted = std::make_shared<int>();
  {
    ReservedArray<std::shared_ptr<int>> array(10);
    for (int i = 0; i < 10; ++i) array.PushBack() = counted;
    EXPECT_EQ(counted.use_count(), 11);
    for (int i = 0; i < 4; ++i) array.PopBack();
    EXPECT_EQ(counted.use_count(), 7);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(ReservedArrayTest, KeepsItsElementsWhenItShrinksAndGrows) {
  constexpr uint32_t kMany = 1'000'000;
  ReservedArray<uint32_t> array(kMany);
  while (array.size() < kMany) {
    const uint32_t i = array.size();
    array.PushBack() = i;
  }
  for (const uint32_t size : {kMany / 2, kMany / 3, kMany / 100, 17u}) {
    while (array.size() > size) array.PopBack();
    for (uint32_t i = 0; i < size; ++i) ASSERT_EQ(array[i], i);
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(array.PushBack(), 0u);
    for (int i = 0; i < 1'000; ++i) array.PopBack();
  }
}

// How many bytes from `from` on are in memory.
size_t ResidentBytes(void* from, size_t bytes) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(bytes / page);
  EXPECT_EQ(mincore(from, bytes, pages.data()), 0);
  size_t resident = 0;
  for (const unsigned char state : pages) resident += (state & 1) * page;
  return resident;
}

TEST(ReservedArrayTest, TakesMemoryOnlyForWhatIsThere) {
  constexpr size_t kReserved = size_t{64} << 20;
  ReservedArray<uint64_t> array(kReserved / 8);
  array.PushBack();
  EXPECT_LT(ResidentBytes(&array[0], kReserved), size_t{3} << 20) << "a huge page at most";
}

TEST(ReservedArrayTest, GivesMemoryBackWhenItShrinks) {
  constexpr size_t kBytes = size_t{64} << 20;
  ReservedArray<uint64_t> array(kBytes / 8);
  while (array.size() < kBytes / 8) array.PushBack();
  EXPECT_GE(ResidentBytes(&array[0], kBytes), kBytes / 2);
  while (array.size() > 1) array.PopBack();
  EXPECT_LT(ResidentBytes(&array[0], kBytes), size_t{1} << 20);
}

TEST(ReservedArrayTest, ReservingManyAddressesTakesNoMemory) {
  // A hundred times what a machine of 10 GiB has.
  ReservedArray<uint64_t> array(size_t{1} << 37);
  array.PushBack() = 7;
  EXPECT_EQ(array[0], 7u);
}

}  // namespace
}  // namespace cachestore
