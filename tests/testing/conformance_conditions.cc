// SPDX-License-Identifier: Apache-2.0
// Sets that depend on what is stored.
#include <array>
#include <atomic>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using ::testing::AllOf;

constexpr GetOptions kWantTtl = {.want_ttl = true};

TEST_P(ConformanceTest, SetWithoutConditionStoresAndIsTrue) {
  EXPECT_THAT(cache().SetWith("key", absl::Cord("1"), {}), IsOkAndHolds(true));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("2"), {.ttl = absl::Hours(1)}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("2"), HasTtl(absl::Hours(1))));
}

// ---- If absent.

TEST_P(ConformanceTest, IfAbsentStoresWhereNothingIs) {
  EXPECT_THAT(cache().SetWith("key", absl::Cord("value"),
                              {.ttl = absl::Hours(1), .condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, IfAbsentLeavesWhatIsThere) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().SetWith("key", absl::Cord("second"),
                              {.ttl = absl::Hours(5), .condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("first"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, IfAbsentTakesAnEmptyValueForAnEntry) {
  ASSERT_THAT(cache().Set("key", absl::Cord()), IsOk());
  EXPECT_THAT(cache().SetWith("key", absl::Cord("value"), {.condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsHit(""));
}

TEST_P(ConformanceTest, IfAbsentStoresWhereAnEntryExpired) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("second"), {.condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("key"), IsHit("second"));
}

TEST_P(ConformanceTest, IfAbsentStoresWhereAnEntryWasDeleted) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first")), IsOk());
  ASSERT_THAT(cache().Delete("key"), IsOkAndHolds(true));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("second"), {.condition = SetCondition::IfAbsent()}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("key"), IsHit("second"));
}

// ---- If present.

TEST_P(ConformanceTest, IfPresentReplacesWhatIsThere) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(5)), IsOk());
  EXPECT_THAT(cache().SetWith("key", absl::Cord("second"),
                              {.ttl = absl::Hours(1), .condition = SetCondition::IfPresent()}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("second"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, IfPresentWithoutTtlBringsTheDefaultOne) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(5)), IsOk());
  EXPECT_THAT(
      cache().SetWith("key", absl::Cord("second"), {.condition = SetCondition::IfPresent()}),
      IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("second"), HasTtl(absl::Hours(2))));
}

TEST_P(ConformanceTest, IfPresentStoresNothingWhereNothingIs) {
  EXPECT_THAT(cache().SetWith("key", absl::Cord("value"), {.condition = SetCondition::IfPresent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, IfPresentStoresNothingWhereAnEntryExpired) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(
      cache().SetWith("key", absl::Cord("second"), {.condition = SetCondition::IfPresent()}),
      IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

// ---- If the etag is still the same.

TEST_P(ConformanceTest, IfEtagReplacesAValueOfThatEtag) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(5)), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "key"));
  EXPECT_THAT(
      cache().SetWith("key", absl::Cord("second"), {.ttl = absl::Hours(1), .condition = unchanged}),
      IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("second"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, IfEtagLeavesAValueOfAnotherEtag) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first")), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "key"));
  ASSERT_THAT(cache().Set("key", absl::Cord("second"), absl::Hours(1)), IsOk());
  EXPECT_THAT(
      cache().SetWith("key", absl::Cord("third"), {.ttl = absl::Hours(5), .condition = unchanged}),
      IsOkAndHolds(false));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("second"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, IfEtagReplacesAValueThatChangedAndChangedBack) {
  ASSERT_THAT(cache().Set("key", absl::Cord("a")), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "key"));
  ASSERT_THAT(cache().Set("key", absl::Cord("b")), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("a")), IsOk());
  EXPECT_THAT(cache().SetWith("key", absl::Cord("c"), {.condition = unchanged}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("key"), IsHit("c"));
}

TEST_P(ConformanceTest, IfEtagReplacesLargeValues) {
  const std::string first = SomeBytes(1024 * 1024, 1);
  const std::string second = SomeBytes(1024 * 1024, 2);
  ASSERT_THAT(cache().Set("key", absl::Cord(first)), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "key"));
  EXPECT_THAT(cache().SetWith("key", absl::Cord(second), {.condition = unchanged}),
              IsOkAndHolds(true));
  EXPECT_THAT(cache().SetWith("key", absl::Cord(first), {.condition = unchanged}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsHit(second));
}

TEST_P(ConformanceTest, IfEtagStoresNothingWhereNothingIs) {
  // Not even of an empty value.
  ASSERT_THAT(cache().Set("empty", absl::Cord()), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "empty"));
  EXPECT_THAT(cache().SetWith("absent", absl::Cord("value"), {.condition = unchanged}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("absent"), IsMiss());
}

TEST_P(ConformanceTest, IfEtagStoresNothingWhereAnEntryExpired) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first"), absl::Hours(1)), IsOk());
  const SetCondition unchanged = SetCondition::IfEtag(EtagIn(cache(), "key"));
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("second"), {.condition = unchanged}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

// ---- All of them.

TEST_P(ConformanceTest, ArgumentsAreCheckedWhetherOrNotTheConditionIsMet) {
  OpenWith({.max_value_bytes = 4096, .max_ttl = absl::Hours(24)});
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const SetCondition unmet = SetCondition::IfAbsent();
  EXPECT_THAT(cache().SetWith("key", absl::Cord(std::string(4097, 'v')), {.condition = unmet}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  for (const absl::Duration ttl :
       {absl::ZeroDuration(), absl::Seconds(-1), absl::Hours(25), absl::InfiniteDuration()}) {
    EXPECT_THAT(cache().SetWith("key", absl::Cord("new"), {.ttl = ttl, .condition = unmet}),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("ttl: is ")))
        << ttl;
  }
}

TEST_P(ConformanceTest, OneOfManyThatSetIfAbsentWins) {
  constexpr int kThreads = 64;
  constexpr int kRounds = 8;
  std::array<std::atomic<int>, kRounds> wins{};
  std::array<std::atomic<int>, kRounds> winner{};
  RunThreads(kThreads, [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const auto stored =
          cache().SetWith(absl::StrCat("key", round), absl::Cord(absl::StrCat(thread)),
                          {.condition = SetCondition::IfAbsent()});
      EXPECT_THAT(stored, IsOk());
      if (!stored.value_or(false)) continue;
      wins[round].fetch_add(1);
      winner[round] = thread;
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    EXPECT_EQ(wins[round].load(), 1);
    EXPECT_THAT(cache().Get(absl::StrCat("key", round)), IsHit(absl::StrCat(winner[round].load())));
  }
}

// Adds one to the number under `key` by compare and set, however often others get in between.
absl::Status AddOne(BlockingCacheStore cache, absl::string_view key) {
  while (true) {
    const auto read = cache.GetWith(key, {.want_etag = true});
    if (!read.ok()) return read.status();
    int number = 0;
    if (!read->value.has_value() || !absl::SimpleAtoi(std::string(*read->value), &number)) {
      return absl::InternalError("no number is there");
    }
    const auto stored = cache.SetWith(key, absl::Cord(absl::StrCat(number + 1)),
                                      {.condition = SetCondition::IfEtag(read->etag)});
    if (!stored.ok() || *stored) return stored.status();
  }
}

TEST_P(ConformanceTest, CompareAndSetOfManyAddsUpExactly) {
  constexpr int kThreads = 64;
  constexpr int kTimes = 4;
  ASSERT_THAT(cache().Set("key", absl::Cord("0")), IsOk());
  RunThreads(kThreads, [&](int) {
    for (int time = 0; time < kTimes; ++time) EXPECT_THAT(AddOne(cache(), "key"), IsOk());
  });
  EXPECT_THAT(cache().Get("key"), IsHit(absl::StrCat(kThreads * kTimes)));
}

TEST_P(ConformanceTest, OneOfManyThatDeleteIfWins) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  std::atomic<int> wins = 0;
  RunThreads(64, [&](int) {
    const auto deleted = cache().DeleteIf("key", etag);
    EXPECT_THAT(deleted, IsOk());
    if (deleted.value_or(false)) wins.fetch_add(1);
  });
  EXPECT_EQ(wins.load(), 1);
}

}  // namespace
}  // namespace cachestore
