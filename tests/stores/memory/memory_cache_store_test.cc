// SPDX-License-Identifier: Apache-2.0
// What MemoryCacheStore promises beyond the contract of every store.
#include "stores/memory/memory_cache_store.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "tests/testing/countdown.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"
#include "tests/testing/operations.h"

namespace cachestore {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(MemoryCacheStoreCreateTest, RefusesToHoldNoEntries) {
  EXPECT_THAT(MemoryCacheStore::Create({.max_entries = 0}),
              StatusIs(kInvalid, "max_entries: is 0; give a number from 1 to 2147483647"));
}

TEST(MemoryCacheStoreCreateTest, RefusesToHoldMoreEntriesThanItCanNumber) {
  EXPECT_THAT(MemoryCacheStore::Create({.max_entries = size_t{1} << 31}),
              StatusIs(kInvalid, "max_entries: is 2147483648; give a number from 1 to 2147483647"));
}

// The entry is a run of its own.
const size_t kSmallestStore = MemoryCacheStore::EntryBytes(1, 0) + 80;

TEST(MemoryCacheStoreCreateTest, RefusesBytesThatHoldNoEntry) {
  EXPECT_THAT(MemoryCacheStore::Create({.max_bytes = 0}),
              StatusIs(kInvalid, absl::StrCat("max_bytes: is 0; the smallest entry takes ",
                                              kSmallestStore, " bytes: give at least that")));
  EXPECT_THAT(MemoryCacheStore::Create({.max_bytes = kSmallestStore - 1}), StatusIs(kInvalid));
}

TEST(MemoryCacheStoreCreateTest, TakesTheSmallestAndTheLargestCaps) {
  EXPECT_THAT(MemoryCacheStore::Create({.max_entries = 1, .max_bytes = kSmallestStore}), IsOk());
  EXPECT_THAT(MemoryCacheStore::Create({.max_entries = (size_t{1} << 31) - 1}), IsOk());
  EXPECT_THAT(MemoryCacheStore::Create({.max_bytes = size_t{1} << 60}), IsOk());
}

class MemoryCacheStoreTest : public ::testing::Test {
 protected:
  static constexpr int kMany = 60'000;

  void SetMany() {
    for (int i = 0; i < kMany; ++i) {
      ASSERT_THAT(cache_.Set(absl::StrCat("key", i), absl::Cord("value"), absl::Hours(1)), IsOk());
    }
  }

  ManualClock clock_;
  std::unique_ptr<MemoryCacheStore> store_ =
      MemoryCacheStore::Create({.max_entries = kMany, .clock = clock_}).value();
  BlockingCacheStore cache_{*store_};
};

TEST(MemoryCacheStoreCreateTest, ACounterNeedsRoomForItsOwnTextOnly) {
  const auto store = MemoryCacheStore::Create({.max_bytes = kSmallestStore}).value();
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Increment("k", 1), IsOk());
  EXPECT_THAT(cache.Increment("k", 1), IsOk());
  // A cell of four units holds texts of up to 7 bytes.
  EXPECT_THAT(cache.Increment("k", std::numeric_limits<int64_t>::max() - 10),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(cache.Get("k"), IsHit("2"));
}

TEST_F(MemoryCacheStoreTest, EntryExpiresExactlyAtItsTtl) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value"), absl::Milliseconds(20)), IsOk());
  clock_.Advance(absl::Milliseconds(20) - absl::Nanoseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
  EXPECT_THAT(cache_.Exists("key"), IsOkAndHolds(true));
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsMiss());
  EXPECT_THAT(cache_.Exists("key"), IsOkAndHolds(false));
  EXPECT_THAT(cache_.Delete("key"), IsOkAndHolds(false));
}

TEST_F(MemoryCacheStoreTest, TtlBelowAMillisecondIsRoundedUp) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value"), absl::Nanoseconds(1)), IsOk());
  clock_.Advance(absl::Microseconds(999));
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
  clock_.Advance(absl::Microseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsMiss());
}

TEST_F(MemoryCacheStoreTest, FractionOfAMillisecondIsRoundedUp) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value"), absl::Microseconds(1'001)), IsOk());
  clock_.Advance(absl::Microseconds(1'999));
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
  clock_.Advance(absl::Microseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsMiss());
}

TEST_F(MemoryCacheStoreTest, DefaultTtlIsExactToo) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  clock_.Advance(absl::Seconds(300) - absl::Nanoseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_THAT(cache_.Get("key"), IsMiss());
}

TEST_F(MemoryCacheStoreTest, DeadlinesAreCheckedBeforeArguments) {
  for (const Operation& operation : AllOperations()) {
    absl::Status outcome;
    operation.start(*store_, "", {.deadline = absl::InfinitePast()},
                    [&](absl::Status status) { outcome = std::move(status); });
    EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kDeadlineExceeded)) << operation.name;
  }
}

TEST_F(MemoryCacheStoreTest, WhetherItIsClosedIsCheckedFirst) {
  ASSERT_THAT(cache_.Close(), IsOk());
  for (const Operation& operation : AllOperations()) {
    absl::Status outcome;
    operation.start(*store_, "", {.deadline = absl::InfinitePast()},
                    [&](absl::Status status) { outcome = std::move(status); });
    EXPECT_EQ(outcome, absl::FailedPreconditionError("store is closed")) << operation.name;
  }
}

TEST_F(MemoryCacheStoreTest, CallWhoseDeadlineHasPassedChangesNothing) {
  const CallOptions passed = {.deadline = absl::InfinitePast()};
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_FALSE(cache_.Set("key", absl::Cord("other"), std::nullopt, passed).ok());
  EXPECT_FALSE(cache_.Delete("key", passed).ok());
  EXPECT_FALSE(cache_.Clear(passed).ok());
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
}

TEST_F(MemoryCacheStoreTest, CallbacksRunBeforeTheOperationReturns) {
  for (const Operation& operation : AllOperations()) {
    bool ran = false;
    operation.start(*store_, "key", {}, [&](absl::Status) { ran = true; });
    EXPECT_TRUE(ran) << operation.name;
  }
}

TEST_F(MemoryCacheStoreTest, GetSharesTheStoredValue) {
  ASSERT_THAT(cache_.Set("key", absl::Cord(std::string(100'000, 'v'))), IsOk());
  const auto first = cache_.Get("key");
  const auto second = cache_.Get("key");
  ASSERT_THAT(first, IsHit(std::string(100'000, 'v')));
  EXPECT_EQ((**first).TryFlat()->data(), (**second).TryFlat()->data());
}

TEST_F(MemoryCacheStoreTest, ClearOfManyEntriesRemovesThemAtOnce) {
  SetMany();
  Countdown cleared(1);
  store_->Clear({}, [&](absl::Status status) {
    EXPECT_THAT(status, IsOk());
    cleared.Happened();
  });
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_THAT(cache_.Get("key1"), IsMiss());
  EXPECT_THAT(cache_.Set("key1", absl::Cord("after")), IsOk());
  ASSERT_TRUE(cleared.Wait());
  EXPECT_THAT(cache_.Get("key1"), IsHit("after"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 1u);
}

TEST_F(MemoryCacheStoreTest, CloseAnswersAfterAClearOfManyEntries) {
  SetMany();
  Countdown answered(2);
  bool cleared = false;
  store_->Clear({}, [&](absl::Status) {
    cleared = true;
    answered.Happened();
  });
  store_->Close([&](absl::Status status) {
    EXPECT_THAT(status, IsOk());
    EXPECT_TRUE(cleared);
    answered.Happened();
  });
  ASSERT_TRUE(answered.Wait());
}

TEST_F(MemoryCacheStoreTest, ClearOfManyEntriesOutlivesTheStore) {
  SetMany();
  Countdown cleared(1);
  store_->Clear({}, [&](absl::Status status) {
    EXPECT_THAT(status, IsOk());
    cleared.Happened();
  });
  store_.reset();
  ASSERT_TRUE(cleared.Wait());
}

TEST_F(MemoryCacheStoreTest, StoreMayBeDestroyedInTheCallbackOfAClearOfManyEntries) {
  SetMany();
  Countdown cleared(1);
  store_->Clear({}, [&](absl::Status) {
    store_.reset();
    cleared.Happened();
  });
  ASSERT_TRUE(cleared.Wait());
}

TEST_F(MemoryCacheStoreTest, CloseGivesTheMemoryBack) {
  ASSERT_THAT(cache_.Set("key", absl::Cord(std::string(100'000, 'v'))), IsOk());
  ASSERT_THAT(cache_.Close(), IsOk());
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
  EXPECT_EQ(store_->GetStats().memory.value().bytes, 0u);
}

TEST_F(MemoryCacheStoreTest, NoCloseOfManyEntriesIsAnsweredBeforeTheyAreFreed) {
  // Values so large that the store shares them with us.
  const absl::Cord large(std::string(600, 'v'));
  std::vector<absl::Cord> values;
  for (int i = 0; i < kMany; ++i) {
    const std::string key = absl::StrCat("key", i);
    ASSERT_THAT(cache_.Set(key, large, absl::Hours(1)), IsOk());
    values.push_back(**cache_.Get(key));
  }
  const auto count_shared = [&] {
    return std::ranges::count_if(values, [](const absl::Cord& value) {
      return value.EstimatedMemoryUsage(absl::CordMemoryAccounting::kFairShare) <
             value.EstimatedMemoryUsage();
    });
  };
  ASSERT_EQ(count_shared(), kMany);
  Countdown all_answered(3);
  for (int i = 0; i < 3; ++i) {
    store_->Close([&](const absl::Status& status) {
      EXPECT_THAT(status, IsOk());
      EXPECT_EQ(count_shared(), 0);
      all_answered.Happened();
    });
  }
  ASSERT_TRUE(all_answered.Wait());
}

TEST_F(MemoryCacheStoreTest, MemoryIsHeldUntilTheLastCallInFlightEnds) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  store_->Get("key", {}, [&](absl::StatusOr<std::optional<absl::Cord>> read) {
    store_->Close([](absl::Status) {});
    EXPECT_EQ(store_->GetStats().memory.value().entries, 1u);
    EXPECT_THAT(read, IsHit("value"));
  });
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
}

TEST_F(MemoryCacheStoreTest, StoresDoNotShareEntries) {
  const auto other = MemoryCacheStore::Create({.clock = clock_}).value();
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(BlockingCacheStore(*other).Get("key"), IsMiss());
  EXPECT_THAT(BlockingCacheStore(*other).Clear(), IsOk());
  EXPECT_THAT(cache_.Get("key"), IsHit("value"));
}

}  // namespace
}  // namespace cachestore
