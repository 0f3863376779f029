// SPDX-License-Identifier: Apache-2.0
// Numbers that are counted where they are stored.
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

constexpr GetOptions kWantTtl = {.want_ttl = true};

MATCHER_P(Counts, value, "counts " + std::to_string(value)) {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  *result_listener << "which counts " << arg->value;
  return arg->value == value;
}

// ---- Sums.

TEST_P(ConformanceTest, IncrementCountsAnAbsentEntryAsZero) {
  EXPECT_THAT(cache().Increment("key", 5), Counts(5));
  EXPECT_THAT(cache().Get("key"), IsHit("5"));
}

TEST_P(ConformanceTest, IncrementAdds) {
  int64_t sum = 0;
  for (const int64_t delta :
       std::vector<int64_t>{1, 1, 40, -2, -100, 0, 3'000'000'000, -3'000'000'000}) {
    sum += delta;
    ASSERT_THAT(cache().Increment("key", delta), Counts(sum));
    ASSERT_THAT(cache().Get("key"), IsHit(absl::StrCat(sum)));
  }
}

TEST_P(ConformanceTest, IncrementByANegativeNumberMayCreate) {
  EXPECT_THAT(cache().Increment("key", -5), Counts(-5));
  EXPECT_THAT(cache().Get("key"), IsHit("-5"));
}

TEST_P(ConformanceTest, IncrementByZeroCreatesAZero) {
  EXPECT_THAT(cache().Increment("key", 0, absl::Hours(1)),
              AllOf(Counts(0), HasTtl(absl::Hours(1))));
  EXPECT_THAT(cache().Get("key"), IsHit("0"));
}

TEST_P(ConformanceTest, IncrementBackToZeroLeavesAZero) {
  ASSERT_THAT(cache().Increment("key", -1), Counts(-1));
  EXPECT_THAT(cache().Increment("key", 1), Counts(0));
  EXPECT_THAT(cache().Get("key"), IsHit("0"));
}

TEST_P(ConformanceTest, IncrementStartsFromWhatWasSet) {
  const std::pair<absl::string_view, int64_t> cases[] = {
      {"0", 0}, {"7", 7}, {"-7", -7}, {"10", 10}, {"-9223372036854775807", kLeast + 1}};
  for (const auto& [text, number] : cases) {
    ASSERT_THAT(cache().Set("key", absl::Cord(text)), IsOk());
    EXPECT_THAT(cache().Increment("key", 1), Counts(number + 1));
  }
}

TEST_P(ConformanceTest, IncrementStartsAnewAfterDeleteAndClear) {
  ASSERT_THAT(cache().Increment("key", 5), Counts(5));
  ASSERT_THAT(cache().Delete("key"), IsOkAndHolds(true));
  EXPECT_THAT(cache().Increment("key", 1), Counts(1));
  ASSERT_THAT(cache().Clear(), IsOk());
  EXPECT_THAT(cache().Increment("key", 2), Counts(2));
}

TEST_P(ConformanceTest, CountersAreEntriesOfTheirOwn) {
  ASSERT_THAT(cache().Increment("a", 1), Counts(1));
  ASSERT_THAT(cache().Increment("b", 10), Counts(10));
  EXPECT_THAT(cache().Increment("a", 1), Counts(2));
  EXPECT_THAT(cache().Get("b"), IsHit("10"));
}

TEST_P(ConformanceTest, IncrementChangesTheEtag) {
  ASSERT_THAT(cache().Increment("key", 1), Counts(1));
  const std::string etag = EtagIn(cache(), "key");
  ASSERT_THAT(cache().Increment("key", 1), Counts(2));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("7"), {.condition = SetCondition::IfEtag(etag)}),
              IsOkAndHolds(false));
  ASSERT_THAT(cache().Increment("key", -1), Counts(1));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("7"), {.condition = SetCondition::IfEtag(etag)}),
              IsOkAndHolds(true));
}

// ---- The TTL.

TEST_P(ConformanceTest, IncrementThatCreatesSetsTheTtl) {
  EXPECT_THAT(cache().Increment("key", 1, absl::Hours(1)),
              AllOf(Counts(1), HasTtl(absl::Hours(1))));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), HasTtl(absl::Hours(1)));
}

TEST_P(ConformanceTest, IncrementThatCreatesSetsTheDefaultTtlWhereNoneIsGiven) {
  OpenWith({.default_ttl = absl::Hours(2)});
  EXPECT_THAT(cache().Increment("key", 1), HasTtl(absl::Hours(2)));
}

TEST_P(ConformanceTest, IncrementKeepsTheTtlOfTheFirst) {
  ASSERT_THAT(cache().Increment("key", 1, absl::Hours(1)), HasTtl(absl::Hours(1)));
  delegate().Advance(absl::Minutes(30));
  EXPECT_THAT(cache().Increment("key", 1, absl::Hours(5)),
              AllOf(Counts(2), HasTtl(absl::Minutes(30))));
  EXPECT_THAT(cache().Increment("key", 1), AllOf(Counts(3), HasTtl(absl::Minutes(30))));
  delegate().Advance(absl::Minutes(31));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, IncrementKeepsTheTtlOfTheSet) {
  ASSERT_THAT(cache().Set("key", absl::Cord("9"), absl::Hours(3)), IsOk());
  // One digit more.
  EXPECT_THAT(cache().Increment("key", 1, absl::Hours(1)),
              AllOf(Counts(10), HasTtl(absl::Hours(3))));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("10"), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, IncrementOfAnExpiredCounterStartsAnew) {
  ASSERT_THAT(cache().Increment("key", 5, absl::Hours(1)), Counts(5));
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Increment("key", 1, absl::Hours(2)),
              AllOf(Counts(1), HasTtl(absl::Hours(2))));
}

TEST_P(ConformanceTest, TouchMovesTheExpiryOfACounter) {
  ASSERT_THAT(cache().Increment("key", 5, absl::Hours(1)), Counts(5));
  ASSERT_THAT(cache().GetWith("key", {.touch = absl::Hours(3)}), IsHit("5"));
  EXPECT_THAT(cache().Increment("key", 1), AllOf(Counts(6), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, TtlOfAnIncrementIsCheckedUsedOrNot) {
  OpenWith({.max_ttl = absl::Hours(24)});
  ASSERT_THAT(cache().Increment("present", 1), Counts(1));
  for (const absl::string_view key : {"present", "absent"}) {
    for (const absl::Duration ttl :
         {absl::ZeroDuration(), absl::Seconds(-1), absl::Hours(25), absl::InfiniteDuration()}) {
      EXPECT_THAT(cache().Increment(key, 1, ttl),
                  StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ttl: is ")))
          << key << " " << ttl;
    }
  }
  EXPECT_THAT(cache().Get("present"), IsHit("1"));
  EXPECT_THAT(cache().Get("absent"), IsMiss());
}

TEST_P(ConformanceTest, TtlOfAnIncrementMayBeAtTheLimit) {
  OpenWith({.max_ttl = absl::Hours(24)});
  EXPECT_THAT(cache().Increment("key", 1, absl::Hours(24)), HasTtl(absl::Hours(24)));
}

// ---- What is no number.

TEST_P(ConformanceTest, IncrementOfWhatIsNoNumberIsRefused) {
  const std::string nul(1, '\0');
  for (const std::string& text : {std::string(),
                                  std::string("abc"),
                                  std::string("05"),
                                  std::string("00"),
                                  std::string("+5"),
                                  std::string("-0"),
                                  std::string("-05"),
                                  std::string("-"),
                                  std::string("--5"),
                                  std::string(" 5"),
                                  std::string("5 "),
                                  std::string("5\n"),
                                  std::string("1.0"),
                                  std::string("1e3"),
                                  std::string("0x1"),
                                  std::string("1_000"),
                                  std::string("5a"),
                                  nul,
                                  "5" + nul,
                                  nul + "5",
                                  std::string("9223372036854775808"),
                                  std::string("-9223372036854775809"),
                                  std::string("18446744073709551616"),
                                  std::string("100000000000000000000"),
                                  std::string(100'000, '1')}) {
    ASSERT_THAT(cache().Set("key", absl::Cord(text), absl::Hours(1)), IsOk());
    for (const int64_t delta : {0, 1, -1}) {
      EXPECT_THAT(cache().Increment("key", delta), StatusIs(absl::StatusCode::kFailedPrecondition))
          << absl::CHexEscape(text.substr(0, 64));
    }
    EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit(text), HasTtl(absl::Hours(1))));
  }
}

// ---- The ends of int64_t.

TEST_P(ConformanceTest, IncrementReachesTheLargestNumberExactly) {
  ASSERT_THAT(cache().Set("key", absl::Cord("9223372036854775806")), IsOk());
  EXPECT_THAT(cache().Increment("key", 1), Counts(kMost));
  EXPECT_THAT(cache().Get("key"), IsHit("9223372036854775807"));
  EXPECT_THAT(cache().Increment("key", 0), Counts(kMost));
}

TEST_P(ConformanceTest, IncrementReachesTheSmallestNumberExactly) {
  ASSERT_THAT(cache().Set("key", absl::Cord("-9223372036854775807")), IsOk());
  EXPECT_THAT(cache().Increment("key", -1), Counts(kLeast));
  EXPECT_THAT(cache().Get("key"), IsHit("-9223372036854775808"));
  EXPECT_THAT(cache().Increment("key", 0), Counts(kLeast));
}

TEST_P(ConformanceTest, IncrementByTheEndsOfTheRangeIsExact) {
  EXPECT_THAT(cache().Increment("a", kMost), Counts(kMost));
  EXPECT_THAT(cache().Increment("b", kLeast), Counts(kLeast));
  EXPECT_THAT(cache().Increment("a", kLeast), Counts(-1));
  EXPECT_THAT(cache().Increment("b", kMost), Counts(-1));
  ASSERT_THAT(cache().Set("zero", absl::Cord("0")), IsOk());
  EXPECT_THAT(cache().Increment("zero", kLeast), Counts(kLeast));
}

TEST_P(ConformanceTest, IncrementIsExactBeyondWhatADoubleHolds) {
  // 2^53 + 1 is the first integer that no double is.
  ASSERT_THAT(cache().Increment("key", 9'007'199'254'740'992), Counts(9'007'199'254'740'992));
  EXPECT_THAT(cache().Increment("key", 1), Counts(9'007'199'254'740'993));
  EXPECT_THAT(cache().Increment("key", 9'007'199'254'740'994), Counts(18'014'398'509'481'987));
}

TEST_P(ConformanceTest, IncrementBeyondTheRangeIsRefusedAndChangesNothing) {
  const struct {
    absl::string_view text;
    int64_t delta;
  } cases[] = {{"9223372036854775807", 1},   {"9223372036854775807", kMost},   {"1", kMost},
               {"-9223372036854775808", -1}, {"-9223372036854775808", kLeast}, {"-1", kLeast}};
  for (const auto& [text, delta] : cases) {
    ASSERT_THAT(cache().Set("key", absl::Cord(text), absl::Hours(1)), IsOk());
    EXPECT_THAT(cache().Increment("key", delta), StatusIs(absl::StatusCode::kOutOfRange)) << text;
    EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit(text), HasTtl(absl::Hours(1))));
  }
}

// ---- Many at once.

TEST_P(ConformanceTest, IncrementsOfManyAddUpExactly) {
  constexpr int kThreads = 64;
  constexpr int kTimes = 16;
  std::vector<std::vector<int64_t>> seen(kThreads);
  RunThreads(kThreads, [&](int thread) {
    for (int time = 0; time < kTimes; ++time) {
      const auto count = cache().Increment("key", 1);
      EXPECT_THAT(count, IsOk());
      seen[thread].push_back(count.value_or(IncrementResult()).value);
    }
  });
  EXPECT_THAT(cache().Get("key"), IsHit(absl::StrCat(kThreads * kTimes)));
  std::set<int64_t> all;
  for (const std::vector<int64_t>& of_one : seen) all.insert(of_one.begin(), of_one.end());
  EXPECT_EQ(all.size(), kThreads * kTimes) << "each got a number that nobody else got";
}

TEST_P(ConformanceTest, IncrementsOfManySetTheTtlOnce) {
  RunThreads(64, [&](int) {
    EXPECT_THAT(cache().Increment("key", 1, absl::Hours(1)), HasTtl(absl::Hours(1)));
  });
  delegate().Advance(absl::Minutes(30));
  RunThreads(64, [&](int) {
    EXPECT_THAT(cache().Increment("key", 1, absl::Hours(5)), HasTtl(absl::Minutes(30)));
  });
  EXPECT_THAT(cache().Increment("key", 0), AllOf(Counts(128), HasTtl(absl::Minutes(30))));
}

}  // namespace
}  // namespace cachestore
