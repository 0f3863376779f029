// SPDX-License-Identifier: Apache-2.0
// How long entries live. Minutes stand between what passes and what is asserted, so that a store
// whose time really passes gives the same answers.
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

TEST_P(ConformanceTest, EntryLivesUntilItsTtlHasPassed) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(55));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, EntryIsGoneAfterItsTtl) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Get("key"), IsMiss());
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, DeleteOfAnExpiredEntryFindsNothing) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().Delete("key"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, DefaultTtlAppliesWhereNoneIsGiven) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  delegate().Advance(absl::Minutes(115));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
  delegate().Advance(absl::Minutes(6));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, DefaultTtlIsFiveMinutesUnlessSet) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  delegate().Advance(absl::Minutes(3));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
  delegate().Advance(absl::Minutes(3));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, EntriesExpireEachAtItsOwnTime) {
  for (int hours = 1; hours <= 10; ++hours) {
    const std::string key = absl::StrCat(hours);
    ASSERT_THAT(cache().Set(key, absl::Cord("value"), absl::Hours(hours)), IsOk());
  }
  delegate().Advance(absl::Minutes(30));
  for (int passed = 0; passed <= 10; ++passed) {
    for (int hours = 1; hours <= 10; ++hours) {
      ASSERT_THAT(cache().Exists(absl::StrCat(hours)), IsOkAndHolds(hours > passed))
          << "a TTL of " << hours << " h after " << passed << ".5 h";
    }
    delegate().Advance(absl::Hours(1));
  }
}

TEST_P(ConformanceTest, SetReplacesTheTtlByALongerOne) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("2"), absl::Hours(3)), IsOk());
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().Get("key"), IsHit("2"));
}

TEST_P(ConformanceTest, SetReplacesTheTtlByAShorterOne) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(3)), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("2"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, SetReplacesTheTtlByTheDefaultOne) {
  OpenWith({.default_ttl = absl::Hours(1)});
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(3)), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("2")), IsOk());
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, SetStartsTheTtlAnew) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(45));
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(45));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, ReadingDoesNotProlongAnEntry) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(45));
  ASSERT_THAT(cache().Get("key"), IsHit("value"));
  ASSERT_THAT(cache().Exists("key"), IsOkAndHolds(true));
  delegate().Advance(absl::Minutes(45));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, KeyCanBeSetAgainAfterItExpired) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Hours(2));
  ASSERT_THAT(cache().Set("key", absl::Cord("2"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("2"));
}

TEST_P(ConformanceTest, TtlOfAYearIsTaken) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(24 * 365)), IsOk());
  delegate().Advance(absl::Hours(24 * 364));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
  delegate().Advance(absl::Hours(25));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, TtlBelowAMillisecondIsTakenAndShort) {
  for (const absl::Duration ttl :
       {absl::Nanoseconds(1), absl::Microseconds(1), absl::Microseconds(999)}) {
    ASSERT_THAT(cache().Set("key", absl::Cord("value"), ttl), IsOk()) << ttl;
    delegate().Advance(absl::Minutes(1));
    ASSERT_THAT(cache().Get("key"), IsMiss()) << ttl;
  }
}

TEST_P(ConformanceTest, FractionsOfAMillisecondAreTaken) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1) + absl::Microseconds(1)),
              IsOk());
  delegate().Advance(absl::Minutes(55));
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
  delegate().Advance(absl::Minutes(6));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

}  // namespace
}  // namespace cachestore
