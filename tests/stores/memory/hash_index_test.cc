// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/hash_index.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

// The index beside a plain list of the same: ids with the hashes that they have.
class CheckedIndex {
 public:
  explicit CheckedIndex(size_t max_entries) : index_(max_entries), hashes_(max_entries) {}

  bool Contains(uint32_t id) const { return hashes_[id].has_value(); }
  size_t size() const { return size_; }

  void Insert(uint64_t hash, uint32_t id) {
    hashes_[id] = hash;
    index_.Insert(hash, id, HashOf());
    ++size_;
    EXPECT_EQ(index_.size(), size_);
  }

  void Erase(uint32_t id) {
    index_.Erase(*hashes_[id], id, HashOf());
    hashes_[id].reset();
    --size_;
    EXPECT_EQ(index_.size(), size_);
  }

  // As when the entry moves to a free place.
  void Rename(uint32_t from, uint32_t to) {
    index_.Rename(*hashes_[from], from, to);
    hashes_[to] = std::exchange(hashes_[from], std::nullopt);
  }

  std::optional<uint32_t> Find(uint64_t hash, uint32_t id) const {
    return index_.Find(hash, [id](uint32_t candidate) { return candidate == id; });
  }

  // Every id is found where it should be, and absent ones are not.
  void Check() const {
    for (uint32_t id = 0; id < hashes_.size(); ++id) {
      if (hashes_[id].has_value()) {
        ASSERT_EQ(Find(*hashes_[id], id), id);
      }
    }
  }

  // The ids that a search for `hash` looks at.
  std::vector<uint32_t> Candidates(uint64_t hash) const {
    std::vector<uint32_t> candidates;
    index_.Find(hash, [&](uint32_t id) {
      candidates.push_back(id);
      return false;
    });
    std::sort(candidates.begin(), candidates.end());
    return candidates;
  }

 private:
  std::function<uint64_t(uint32_t)> HashOf() {
    return [this](uint32_t id) { return hashes_[id].value(); };
  }

  HashIndex index_;
  std::vector<std::optional<uint64_t>> hashes_;
  size_t size_ = 0;
};

TEST(HashIndexTest, FindsNothingWhenEmpty) {
  const CheckedIndex index(10);
  for (uint64_t hash = 0; hash < 100; ++hash) EXPECT_EQ(index.Find(hash, 0), std::nullopt);
}

TEST(HashIndexTest, FindsWhatWasInserted) {
  CheckedIndex index(10);
  index.Insert(42, 7);
  EXPECT_EQ(index.Find(42, 7), 7u);
  EXPECT_EQ(index.Find(42, 8), std::nullopt);
}

TEST(HashIndexTest, ForgetsWhatWasErased) {
  CheckedIndex index(10);
  index.Insert(42, 7);
  index.Erase(7);
  EXPECT_EQ(index.Find(42, 7), std::nullopt);
}

TEST(HashIndexTest, KeepsIdsWithTheSameHashApart) {
  constexpr uint32_t kIds = 1'000;
  CheckedIndex index(kIds);
  for (uint32_t id = 0; id < kIds; ++id) index.Insert(42, id);
  index.Check();
  EXPECT_EQ(index.Candidates(42).size(), kIds);
  for (uint32_t id = 0; id < kIds; id += 2) index.Erase(id);
  index.Check();
  EXPECT_EQ(index.Candidates(42).size(), kIds / 2);
  for (uint32_t id = 1; id < kIds; id += 2) index.Erase(id);
  EXPECT_TRUE(index.Candidates(42).empty());
}

TEST(HashIndexTest, TakesHashesWithoutHighBits) {
  // The tag comes from them, and zero means that a slot is free.
  CheckedIndex index(100);
  for (uint32_t id = 0; id < 100; ++id) index.Insert(id, id);
  index.Check();
}

TEST(HashIndexTest, TakesHashesThatDifferInTheirHighBitsAlone) {
  CheckedIndex index(256);
  for (uint32_t id = 0; id < 256; ++id) index.Insert(uint64_t{id} << 56, id);
  index.Check();
  // One has the tag of zero's, and the rest none that another has.
  EXPECT_EQ(index.Candidates(uint64_t{200} << 56), std::vector<uint32_t>{200});
}

TEST(HashIndexTest, FindsUnderTheNewIdAfterRename) {
  CheckedIndex index(10);
  index.Insert(42, 1);
  index.Insert(42, 2);
  index.Erase(1);
  index.Rename(2, 1);
  EXPECT_EQ(index.Find(42, 1), 1u);
  EXPECT_EQ(index.Find(42, 2), std::nullopt);
}

TEST(HashIndexTest, LooksAtFewIdsWhereHashesAreGood) {
  constexpr uint32_t kIds = 20'000;
  CheckedIndex index(kIds);
  std::mt19937_64 random(1);
  for (uint32_t id = 0; id < kIds; ++id) index.Insert(random(), id);
  size_t looked_at = 0;
  for (int i = 0; i < 10'000; ++i) looked_at += index.Candidates(random()).size();
  EXPECT_LT(looked_at, 10'000u / 10) << "of 255 tags, a wrong one fits rarely";
}

TEST(HashIndexTest, GrowsAndShrinksToNothingAndGrowsAgain) {
  constexpr uint32_t kIds = 30'000;
  CheckedIndex index(kIds);
  std::mt19937_64 random(1);
  for (int round = 0; round < 2; ++round) {
    for (uint32_t id = 0; id < kIds; ++id) {
      index.Insert(random(), id);
      if (id % 5'000 == 0) index.Check();
    }
    index.Check();
    for (uint32_t id = 0; id < kIds; ++id) {
      index.Erase(id);
      if (id % 5'000 == 0) index.Check();
    }
    EXPECT_EQ(index.size(), 0u);
  }
}

// How the hashes of a random test are drawn.
struct Hashes {
  std::string name;
  std::function<uint64_t(std::mt19937_64&)> draw;

  friend void PrintTo(const Hashes& hashes, std::ostream* out) { *out << hashes.name; }
};

class HashIndexModelTest : public ::testing::TestWithParam<Hashes> {};

TEST_P(HashIndexModelTest, AgreesWithAPlainList) {
  constexpr uint32_t kIds = 600;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    CheckedIndex index(kIds);
    // Fills and empties in turns, so that buckets split and merge.
    for (int step = 0; step < 10'000; ++step) {
      const bool filling = step / 2'000 % 2 == 0;
      const uint32_t id = random() % kIds;
      const uint32_t other = random() % kIds;
      if (!index.Contains(id)) {
        if (filling || random() % 4 == 0) index.Insert(GetParam().draw(random), id);
      } else if (!index.Contains(other) && random() % 2 == 0) {
        index.Rename(id, other);
      } else if (!filling || random() % 4 == 0) {
        index.Erase(id);
      }
      if (step % 100 != 0) continue;
      ASSERT_NO_FATAL_FAILURE(index.Check()) << "step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Hashes, HashIndexModelTest,
    ::testing::Values(Hashes{"Random", [](auto& random) { return random(); }},
                      Hashes{"AllTheSame", [](auto&) { return uint64_t{0x1234'5678'9abc'def0}; }},
                      Hashes{"AllZero", [](auto&) { return uint64_t{0}; }},
                      Hashes{"OfThree",
                             [](auto& random) { return random() % 3 * 0x0101'0101'0101'0101; }},
                      Hashes{"SameTag", [](auto& random) { return random() % 0x1'0000'0000; }},
                      Hashes{"SameBucket", [](auto& random) { return random() << 32; }}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace cachestore
