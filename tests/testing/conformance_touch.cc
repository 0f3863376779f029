// SPDX-License-Identifier: Apache-2.0
// The TTL that remains, and reads that set a new one. Minutes stand between what passes and what is
// asserted, as in conformance_ttl.cc; HasTtl leaves one.
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr GetOptions kWantTtl = {.want_ttl = true};

// ---- What remains.

TEST_P(ConformanceTest, TtlThatRemainsIsThatOfTheSet) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
  EXPECT_THAT(cache().ExistsWith("key", {.want_ttl = true}),
              AllOf(TellsExists(true), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, TtlThatRemainsShrinksAsTimePasses) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  for (const int minutes : {45, 30, 15}) {
    delegate().Advance(absl::Minutes(15));
    EXPECT_THAT(cache().GetWith("key", kWantTtl), HasTtl(absl::Minutes(minutes)));
    EXPECT_THAT(cache().ExistsWith("key", {.want_ttl = true}), HasTtl(absl::Minutes(minutes)));
  }
}

TEST_P(ConformanceTest, TtlThatRemainsIsTheDefaultOneWhereNoneWasGiven) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().GetWith("key", kWantTtl), HasTtl(absl::Hours(2)));
}

TEST_P(ConformanceTest, TtlThatRemainsMayBeAYear) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(24 * 365)), IsOk());
  EXPECT_THAT(cache().GetWith("key", kWantTtl), HasTtl(absl::Hours(24 * 365)));
}

TEST_P(ConformanceTest, TtlThatRemainsIsNeverZero) {
  for (int i = 0; i < 100; ++i) {
    // May well be gone when it is read.
    ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Milliseconds(1)), IsOk());
    const auto read = cache().GetWith("key", kWantTtl);
    if (read.ok() && read->value.has_value()) {
      ASSERT_THAT(read, HasTtl(absl::Milliseconds(1)));
    } else {
      ASSERT_THAT(read, IsMiss());
    }
  }
}

TEST_P(ConformanceTest, ReadingTheTtlDoesNotProlongAnEntry) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(45));
  ASSERT_THAT(cache().GetWith("key", kWantTtl), IsHit("value"));
  ASSERT_THAT(cache().ExistsWith("key", {.want_ttl = true}), TellsExists(true));
  delegate().Advance(absl::Minutes(45));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), IsMiss());
}

TEST_P(ConformanceTest, ExistsWithoutOptionsTellsOnlyThat) {
  EXPECT_THAT(cache().ExistsWith("key", {}), TellsExists(false));
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().ExistsWith("key", {}), AllOf(TellsExists(true), HasNoTtl()));
}

// ---- A touch.

TEST_P(ConformanceTest, TouchProlongs) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().GetWith("key", {.touch = absl::Hours(3)}), AllOf(IsHit("value"), HasNoTtl()));
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, TouchShortens) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(3)), IsOk());
  EXPECT_THAT(cache().GetWith("key", {.touch = absl::Hours(1)}), IsHit("value"));
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, TouchByExistsProlongsAndShortens) {
  ASSERT_THAT(cache().Set("longer", absl::Cord("value"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("shorter", absl::Cord("value"), absl::Hours(5)), IsOk());
  for (const absl::string_view key : {"longer", "shorter"}) {
    EXPECT_THAT(cache().ExistsWith(key, {.touch = absl::Hours(3)}),
                AllOf(TellsExists(true), HasNoTtl()));
    EXPECT_THAT(cache().ExistsWith(key, {.want_ttl = true}), HasTtl(absl::Hours(3)));
  }
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().Get("longer"), IsHit("value"));
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().Get("shorter"), IsMiss());
}

TEST_P(ConformanceTest, TouchedAtEachReadAnEntryLivesOn) {
  ASSERT_THAT(cache().Set("get", absl::Cord("value"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("exists", absl::Cord("value"), absl::Hours(1)), IsOk());
  for (int i = 0; i < 6; ++i) {
    delegate().Advance(absl::Minutes(45));
    ASSERT_THAT(cache().GetWith("get", {.touch = absl::Hours(1)}), IsHit("value"));
    ASSERT_THAT(cache().ExistsWith("exists", {.touch = absl::Hours(1)}), TellsExists(true));
  }
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Get("get"), IsMiss());
  EXPECT_THAT(cache().Get("exists"), IsMiss());
}

TEST_P(ConformanceTest, TouchTellsTheTtlThatItSet) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().GetWith("key", {.want_ttl = true, .touch = absl::Hours(5)}),
              AllOf(IsHit("value"), HasTtl(absl::Hours(5))));
  EXPECT_THAT(cache().ExistsWith("key", {.want_ttl = true, .touch = absl::Hours(3)}),
              AllOf(TellsExists(true), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, TouchOfAFractionOfAMillisecondIsRoundedUpToOne) {
  const absl::Duration whole = absl::Hours(1) + absl::Milliseconds(1);
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Minutes(5)), IsOk());
  const auto read =
      cache().GetWith("key", {.want_ttl = true, .touch = absl::Hours(1) + absl::Microseconds(1)});
  ASSERT_THAT(read, HasTtl(whole));
  EXPECT_EQ(absl::Trunc(*read->ttl, absl::Milliseconds(1)), *read->ttl);
}

TEST_P(ConformanceTest, TouchBelowAMillisecondIsTakenAndShort) {
  for (const absl::Duration touch : {absl::Nanoseconds(1), absl::Microseconds(999)}) {
    ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
    ASSERT_THAT(cache().GetWith("key", {.touch = touch}), IsHit("value")) << touch;
    delegate().Advance(absl::Minutes(1));
    ASSERT_THAT(cache().Get("key"), IsMiss()) << touch;
  }
}

TEST_P(ConformanceTest, TouchComesWithTheEtag) {
  ASSERT_THAT(cache().Set("key", absl::Cord("abc"), absl::Hours(1)), IsOk());
  const auto read =
      cache().GetWith("key", {.want_etag = true, .want_ttl = true, .touch = absl::Hours(2)});
  EXPECT_THAT(read, AllOf(IsHit("abc"), HasTtl(absl::Hours(2))));
  EXPECT_EQ(absl::BytesToHexString(read.value_or(GetResult()).etag),
            "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_P(ConformanceTest, TouchLeavesTheValueAsItIs) {
  const std::string value = SomeBytes(100'000);
  ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
  ASSERT_THAT(cache().GetWith("key", {.touch = absl::Hours(1)}), IsHit(value));
  ASSERT_THAT(cache().ExistsWith("key", {.touch = absl::Hours(1)}), TellsExists(true));
  EXPECT_THAT(cache().Get("key"), IsHit(value));
}

TEST_P(ConformanceTest, TouchLeavesOtherEntriesAsTheyAre) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("other", absl::Cord("2"), absl::Hours(2)), IsOk());
  ASSERT_THAT(cache().GetWith("key", {.touch = absl::Hours(5)}), IsHit("1"));
  EXPECT_THAT(cache().GetWith("other", kWantTtl), HasTtl(absl::Hours(2)));
}

TEST_P(ConformanceTest, TouchOfWhatIsAbsentCreatesNothing) {
  EXPECT_THAT(cache().GetWith("key", {.touch = absl::Hours(1)}), IsMiss());
  EXPECT_THAT(cache().ExistsWith("key", {.touch = absl::Hours(1)}), TellsExists(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, TouchRevivesNoExpiredEntry) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().GetWith("key", {.touch = absl::Hours(1)}), IsMiss());
  EXPECT_THAT(cache().ExistsWith("key", {.touch = absl::Hours(1)}), TellsExists(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(false));
}

// ---- What is refused.

TEST_P(ConformanceTest, TouchThatIsNotMoreThanZeroIsRefused) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  for (const absl::Duration touch :
       {absl::ZeroDuration(), absl::Nanoseconds(-1), absl::Hours(-1), -absl::InfiniteDuration()}) {
    const auto refused = StatusIs(absl::StatusCode::kInvalidArgument,
                                  AllOf(HasSubstr("touch: is "), HasSubstr("more than zero")));
    EXPECT_THAT(cache().GetWith("key", {.touch = touch}), refused) << touch;
    EXPECT_THAT(cache().ExistsWith("key", {.touch = touch}), refused) << touch;
  }
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, TouchAboveTheLimitIsRefused) {
  OpenWith({.max_ttl = absl::Hours(24)});
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  for (const absl::Duration touch :
       {absl::Hours(24) + absl::Nanoseconds(1), absl::Hours(25), absl::InfiniteDuration()}) {
    const auto refused =
        StatusIs(absl::StatusCode::kInvalidArgument,
                 AllOf(HasSubstr("touch: is "), HasSubstr("the limit is 24h (max_ttl)")));
    EXPECT_THAT(cache().GetWith("key", {.touch = touch}), refused) << touch;
    EXPECT_THAT(cache().ExistsWith("key", {.touch = touch}), refused) << touch;
  }
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, TouchAtTheLimitIsTaken) {
  OpenWith({.max_ttl = absl::Hours(24)});
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().GetWith("key", {.want_ttl = true, .touch = absl::Hours(24)}),
              HasTtl(absl::Hours(24)));
}

TEST_P(ConformanceTest, TouchIsCheckedAlsoWhereNothingIs) {
  EXPECT_THAT(cache().GetWith("absent", {.touch = absl::ZeroDuration()}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("touch: is 0")));
  EXPECT_THAT(cache().ExistsWith("absent", {.touch = absl::ZeroDuration()}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("touch: is 0")));
}

}  // namespace
}  // namespace cachestore
