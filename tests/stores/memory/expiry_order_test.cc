// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/expiry_order.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "stores/memory/cell_arena.h"
#include "stores/memory/entry.h"
#include "stores/memory/new_entry.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

// The order beside a std::set of the same. Entries have the numbers 0 to size() - 1.
class CheckedOrder {
 public:
  explicit CheckedOrder(size_t max_entries)
      : cells_(CellArena::kLeastUnitBytes, max_entries / 1'000 + 1), order_(cells_, max_entries) {}

  uint32_t size() const { return refs_.size(); }
  size_t run_count() const { return order_.run_count(); }
  // Its number.
  std::optional<uint32_t> Earliest() const {
    const std::optional<uint32_t> ref = order_.Earliest();
    if (!ref.has_value()) return std::nullopt;
    return std::find(refs_.begin(), refs_.end(), *ref) - refs_.begin();
  }

  // Adds a new last entry.
  void Add(int64_t expiry_nanos) {
    refs_.push_back(cells_.Allocate(kCells));
    new (cells_.At(refs_.back())) Entry(NewEntry("k", absl::Cord()));
    sequences_.push_back(0);
    AddAs(size() - 1, expiry_nanos);
  }

  // Gives entry `i` another expiry, as when it is set again.
  void Replace(uint32_t i, int64_t expiry_nanos) {
    Remove(i);
    AddAs(i, expiry_nanos);
  }

  // Removes entry `i`; the last one takes its number, and its cell.
  void RemoveAndFill(uint32_t i) {
    Remove(i);
    const uint32_t last = size() - 1;
    if (i != last) {
      expected_.erase(KeyOf(last));
      new (cells_.At(refs_[i])) Entry(std::move(cells_[refs_[last]]));
      order_.Moved(refs_[i]);
      sequences_[i] = sequences_[last];
      expected_.insert(KeyOf(i));
    }
    cells_.FreeLast(kCells);
    refs_.pop_back();
    sequences_.pop_back();
  }

  void Check() const {
    if (expected_.empty()) {
      ASSERT_EQ(Earliest(), std::nullopt);
      ASSERT_EQ(order_.run_count(), 0u);
    } else {
      ASSERT_EQ(Earliest(), std::get<2>(*expected_.begin()));
      ASSERT_GE(order_.run_count(), 1u);
      ASSERT_LE(order_.run_count(), expected_.size());
    }
  }

 private:
  static constexpr CellArena::Class kCells = 4;  // Of 32 bytes.

  using Key = std::tuple<int64_t, int, uint32_t>;  // Expiry, sequence, number.

  Key KeyOf(uint32_t i) const { return {cells_[refs_[i]].expiry_nanos, sequences_[i], i}; }

  void AddAs(uint32_t i, int64_t expiry_nanos) {
    cells_[refs_[i]].expiry_nanos = expiry_nanos;
    sequences_[i] = next_sequence_++;
    order_.Add(refs_[i], order_.next_sequence());
    expected_.insert(KeyOf(i));
  }

  void Remove(uint32_t i) {
    expected_.erase(KeyOf(i));
    order_.Remove(refs_[i]);
  }

  CellArena cells_;
  ExpiryOrder order_;
  std::vector<uint32_t> refs_;
  std::vector<int> sequences_;
  std::set<Key> expected_;
  int next_sequence_ = 0;
};

TEST(ExpiryOrderTest, HasNoEarliestWhenEmpty) {
  const CheckedOrder order(10);
  EXPECT_EQ(order.Earliest(), std::nullopt);
  EXPECT_EQ(order.run_count(), 0u);
}

TEST(ExpiryOrderTest, TheEarliestExpiryComesFirst) {
  CheckedOrder order(10);
  order.Add(30);
  EXPECT_EQ(order.Earliest(), 0u);
  order.Add(10);
  EXPECT_EQ(order.Earliest(), 1u);
  order.Add(20);
  EXPECT_EQ(order.Earliest(), 1u);
}

TEST(ExpiryOrderTest, AmongEqualsTheOneAddedFirstComesFirst) {
  CheckedOrder order(10);
  for (int i = 0; i < 3; ++i) order.Add(10);
  EXPECT_EQ(order.Earliest(), 0u);
  order.Replace(0, 10);
  EXPECT_EQ(order.Earliest(), 1u) << "the expiry of 0 was set anew";
}

TEST(ExpiryOrderTest, EqualTtlsMakeOneRun) {
  CheckedOrder order(1'000);
  for (int i = 0; i < 1'000; ++i) order.Add(i / 2);
  EXPECT_EQ(order.run_count(), 1u);
  for (uint32_t i = 0; i < 1'000; i += 3) order.Replace(i, 10'000 + i);
  EXPECT_EQ(order.run_count(), 1u);
}

TEST(ExpiryOrderTest, FewTtlsMakeFewRuns) {
  // Time goes on by 1 at each step; TTLs are 100, 1,000 and 10,000.
  CheckedOrder order(3'000);
  for (int now = 0; now < 3'000; ++now) {
    order.Add(now + (now % 3 == 0 ? 100 : now % 3 == 1 ? 1'000 : 10'000));
  }
  EXPECT_LE(order.run_count(), 3u);
}

TEST(ExpiryOrderTest, EachOfDescendingExpiriesIsARun) {
  CheckedOrder order(100);
  for (int i = 0; i < 100; ++i) order.Add(1'000 - i);
  EXPECT_EQ(order.run_count(), 100u);
  ASSERT_NO_FATAL_FAILURE(order.Check());
}

TEST(ExpiryOrderTest, RandomExpiriesMakeFarFewerRunsThanEntries) {
  constexpr int kEntries = 10'000;
  CheckedOrder order(kEntries);
  std::mt19937_64 random(1);
  for (int i = 0; i < kEntries; ++i) order.Add(static_cast<int64_t>(random() % 1'000'000'000));
  EXPECT_LT(order.run_count(), 3u * 100) << "2 sqrt(n) is expected";
}

TEST(ExpiryOrderTest, EndsWithoutRunsWhenAllAreRemoved) {
  CheckedOrder order(1'000);
  std::mt19937_64 random(1);
  for (int i = 0; i < 1'000; ++i) order.Add(static_cast<int64_t>(random() % 100));
  while (order.size() > 0) {
    order.RemoveAndFill(*order.Earliest());
    ASSERT_NO_FATAL_FAILURE(order.Check());
  }
  EXPECT_EQ(order.run_count(), 0u);
}

// How long the entries of a random test live; `now` goes on by 1 at each step.
struct Ttls {
  std::string name;
  std::function<int64_t(int64_t now, std::mt19937_64&)> expiry;

  friend void PrintTo(const Ttls& ttls, std::ostream* out) { *out << ttls.name; }
};

class ExpiryOrderModelTest : public ::testing::TestWithParam<Ttls> {};

TEST_P(ExpiryOrderModelTest, AgreesWithASet) {
  constexpr uint32_t kEntries = 300;
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    CheckedOrder order(kEntries);
    for (int64_t now = 0; now < 10'000; ++now) {
      const bool filling = now / 1'000 % 2 == 0;
      const int64_t expiry = GetParam().expiry(now, random);
      const uint32_t choice = random() % 8;
      if (order.size() == 0 || (order.size() < kEntries && choice < (filling ? 4 : 2))) {
        order.Add(expiry);
      } else if (choice == 4) {
        order.Replace(random() % order.size(), expiry);
      } else if (choice == 5) {
        order.RemoveAndFill(random() % order.size());
      } else if (choice == 6) {
        order.RemoveAndFill(order.size() - 1);
      } else {
        order.RemoveAndFill(*order.Earliest());
      }
      ASSERT_NO_FATAL_FAILURE(order.Check()) << "step " << now;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ttls, ExpiryOrderModelTest,
    ::testing::Values(
        Ttls{"Equal", [](int64_t now, auto&) { return now + 1'000; }},
        Ttls{"AllAtOnce", [](int64_t, auto&) { return int64_t{7}; }},
        Ttls{"Few", [](int64_t now, auto& random) -> int64_t { return now + (random() % 3) * 50; }},
        Ttls{"Random",
             [](int64_t now, auto& random) -> int64_t { return now + random() % 1'000'000; }},
        Ttls{"RandomWithTies",
             [](int64_t now, auto& random) -> int64_t { return now / 10 + random() % 10; }},
        Ttls{"Descending", [](int64_t now, auto&) { return 1'000'000 - now; }}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace cachestore
