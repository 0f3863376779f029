// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "gmock/gmock.h"
#include "stores/memory/new_entry.h"

namespace cachestore {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A cell in memory of its own, so that a sanitizer sees what goes past its end.
class Cell {
 public:
  explicit Cell(size_t bytes) : bytes_(std::make_unique<char[]>(bytes)) {}
  Cell(const std::string& key, const std::string& value)
      : Cell(Entry::CellBytes(key.size(), value.size())) {
    NewEntry entry(key, absl::Cord(value));
    entry.expiry_nanos = 7;
    (new (at()) Entry(std::move(entry)))->link = {1, 2, 3};
  }
  ~Cell() { Release(); }
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  void* at() { return bytes_.get(); }
  Entry& entry() { return *static_cast<Entry*>(at()); }
  std::vector<absl::Cord> Release() {
    std::vector<absl::Cord> blocks;
    if (bytes_ != nullptr) entry().ReleaseTo(blocks);
    bytes_ = nullptr;
    return blocks;
  }
  // The entry has moved elsewhere.
  void Forget() { bytes_ = nullptr; }

 private:
  std::unique_ptr<char[]> bytes_;
};

std::string Pattern(size_t bytes, char first) {
  std::string pattern(bytes, first);
  for (size_t i = 1; i < bytes; ++i) pattern[i] = static_cast<char>(first + i * 31);
  return pattern;
}

// The sizes around those where a layout ends.
struct Sizes {
  size_t key_bytes;
  size_t value_bytes;

  friend void PrintTo(const Sizes& sizes, std::ostream* out) {
    *out << sizes.key_bytes << " and " << sizes.value_bytes << " bytes";
  }
};

std::vector<Sizes> AllSizes() {
  std::vector<Sizes> all;
  for (const size_t key : {1, 15, 511, 512, 513, 5'000}) {
    for (const size_t value : {0, 1, 15, 16, 511, 512, 513, 100'000}) all.push_back({key, value});
  }
  return all;
}

class EntrySizesTest : public ::testing::TestWithParam<Sizes> {
 protected:
  const std::string key_ = Pattern(GetParam().key_bytes, 'k');
  const std::string value_ = Pattern(GetParam().value_bytes, 'v');
  Cell cell_{key_, value_};

  static void ExpectSame(const Entry& entry, const std::string& key, const std::string& value) {
    EXPECT_EQ(entry.key(), key);
    EXPECT_EQ(entry.hash(), Entry::HashOf(key));
    EXPECT_EQ(entry.value(), value);
    EXPECT_EQ(entry.value_size(), value.size());
    EXPECT_EQ(entry.expiry_nanos, 7);
    EXPECT_EQ(entry.link.before, 1u);
    EXPECT_EQ(entry.link.after, 2u);
    EXPECT_EQ(entry.link.sequence, 3u);
  }
};

TEST_P(EntrySizesTest, HoldsWhatItWasGiven) { ExpectSame(cell_.entry(), key_, value_); }

TEST_P(EntrySizesTest, ReadsItsValueToWhereItIsWanted) {
  std::optional<absl::Cord> value;
  cell_.entry().ReadValue(value);
  EXPECT_EQ(value, value_);
}

TEST_P(EntrySizesTest, IsTheSameInAnotherCell) {
  Cell other(Entry::CellBytes(key_.size(), value_.size()));
  new (other.at()) Entry(std::move(cell_.entry()));
  cell_.Forget();
  ExpectSame(other.entry(), key_, value_);
}

TEST_P(EntrySizesTest, ReleasesABlockForWhatIsLong) {
  EXPECT_THAT(cell_.Release(), SizeIs(size_t{IsLong(key_.size())} + size_t{IsLong(value_.size())}));
}

TEST_P(EntrySizesTest, IsStoredAgainAsItWas) {
  NewEntry again = cell_.entry().Again(key_);
  Cell other(Entry::CellBytes(key_.size(), value_.size()));
  (new (other.at()) Entry(std::move(again)))->link = {1, 2, 3};
  ExpectSame(other.entry(), key_, value_);
}

INSTANTIATE_TEST_SUITE_P(Sizes, EntrySizesTest, ::testing::ValuesIn(AllSizes()),
                         [](const auto& param) {
                           return std::to_string(param.param.key_bytes) + "And" +
                                  std::to_string(param.param.value_bytes);
                         });

TEST(EntryTest, KeepsEveryByte) {
  const std::string key("\0k\0", 3);
  const std::string value("\0\xff\0v\0", 5);
  Cell cell(key, value);
  EXPECT_EQ(cell.entry().key(), key);
  EXPECT_EQ(cell.entry().value(), value);
}

TEST(EntryTest, TakesNoBlockUpTo512Bytes) {
  Cell cell(std::string(512, 'k'), std::string(512, 'v'));
  EXPECT_THAT(cell.Release(), IsEmpty());
}

TEST(EntryTest, TakesAShortValueOfManyPieces) {
  absl::Cord pieces;
  for (int i = 0; i < 10; ++i) pieces.Append(absl::MakeCordFromExternal("a piece of it ", [] {}));
  Cell cell(Entry::CellBytes(3, pieces.size()));
  new (cell.at()) Entry(NewEntry("key", pieces));
  EXPECT_EQ(cell.entry().value(), pieces);
}

TEST(EntryTest, SharesALongValueAndNotAShortOne) {
  Cell shared("key", std::string(513, 'v'));
  EXPECT_EQ(shared.entry().value().TryFlat()->data(), shared.entry().value().TryFlat()->data());
  Cell copied("key", std::string(512, 'v'));
  const absl::Cord first = copied.entry().value();
  const absl::Cord second = copied.entry().value();
  EXPECT_NE(first.TryFlat()->data(), second.TryFlat()->data());
}

TEST(EntryTest, PinsNoBufferOfSomebodyElse) {
  for (const size_t bytes : {100, 512, 513, 100'000}) {
    const std::string buffer(bytes, 'v');
    bool alive = true;
    Cell cell(Entry::CellBytes(3, bytes));
    new (cell.at())
        Entry(NewEntry("key", absl::MakeCordFromExternal(buffer, [&alive] { alive = false; })));
    EXPECT_FALSE(alive) << "an entry of " << bytes << " bytes refers to the buffer";
  }
}

}  // namespace
}  // namespace cachestore
