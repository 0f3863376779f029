// SPDX-License-Identifier: Apache-2.0
// Sets that leave the expiry as it is. As to minutes, see conformance_ttl.cc.
#include <memory>
#include <string>

#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr GetOptions kWantTtl = {.want_ttl = true};

TEST_P(ConformanceTest, KeepTtlReplacesTheValueAndNotTheExpiry) {
  ASSERT_THAT(cache().Set("key", absl::Cord("old"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(30));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("new"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Minutes(30))));
  delegate().Advance(absl::Minutes(31));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, KeepTtlKeepsOneThatIsLongerThanTheDefault) {
  OpenWith({.default_ttl = absl::Hours(1)});
  ASSERT_THAT(cache().Set("key", absl::Cord("old"), absl::Hours(5)), IsOk());
  ASSERT_THAT(cache().SetWith("key", absl::Cord("new"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(5))));
}

TEST_P(ConformanceTest, KeepTtlKeepsTheOneOfATouch) {
  ASSERT_THAT(cache().Set("key", absl::Cord("old"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().GetWith("key", {.touch = absl::Hours(3)}), IsHit("old"));
  ASSERT_THAT(cache().SetWith("key", absl::Cord("new"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, KeepTtlKeepsItHoweverOften) {
  ASSERT_THAT(cache().Set("key", absl::Cord(), absl::Hours(1)), IsOk());
  for (int minutes = 50; minutes >= 10; minutes -= 10) {
    delegate().Advance(absl::Minutes(10));
    // Smaller and larger than the one before.
    const std::string value = SomeBytes(minutes % 20 == 0 ? 10 : 10'000);
    ASSERT_THAT(cache().SetWith("key", absl::Cord(value), {.keep_ttl = true}), IsOkAndHolds(true));
    ASSERT_THAT(cache().GetWith("key", kWantTtl),
                AllOf(IsHit(value), HasTtl(absl::Minutes(minutes))));
  }
}

TEST_P(ConformanceTest, KeepTtlOfWhatIsAbsentGivesTheDefaultOne) {
  OpenWith({.default_ttl = absl::Hours(2)});
  EXPECT_THAT(cache().SetWith("key", absl::Cord("value"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(2))));
}

TEST_P(ConformanceTest, KeepTtlOfAnExpiredEntryGivesTheDefaultOne) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().Set("key", absl::Cord("old"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("new"), {.keep_ttl = true}), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(2))));
}

TEST_P(ConformanceTest, KeepTtlKeepsNoBufferOfTheCallerAlive) {
  ASSERT_THAT(cache().Set("key", absl::Cord("old")), IsOk());
  for (const size_t bytes : {1, 16, 600, 5000, 100'000}) {
    const std::string expected = SomeBytes(bytes);
    const auto released = std::make_shared<Countdown>(1);
    ASSERT_THAT(cache().SetWith("key", BorrowedValue(expected, released), {.keep_ttl = true}),
                IsOkAndHolds(true));
    ASSERT_TRUE(released->Wait()) << "a value of " << bytes << " bytes still refers to its buffer";
    ASSERT_THAT(cache().Get("key"), IsHit(expected));
  }
}

TEST_P(ConformanceTest, SetAfterKeepTtlBringsItsOwn) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().SetWith("key", absl::Cord("2"), {.keep_ttl = true}), IsOkAndHolds(true));
  ASSERT_THAT(cache().Set("key", absl::Cord("3"), absl::Hours(3)), IsOk());
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("3"), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, KeepTtlWithATtlIsRefused) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  for (const SetCondition& condition :
       {SetCondition(), SetCondition::IfAbsent(), SetCondition::IfPresent()}) {
    EXPECT_THAT(cache().SetWith("key", absl::Cord("new"),
                                {.ttl = absl::Hours(5), .keep_ttl = true, .condition = condition}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("keep_ttl"), HasSubstr("ttl"))));
  }
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("value"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, KeepTtlIfPresentKeepsItOrStoresNothing) {
  const SetOptions options = {.keep_ttl = true, .condition = SetCondition::IfPresent()};
  EXPECT_THAT(cache().SetWith("key", absl::Cord("new"), options), IsOkAndHolds(false));
  EXPECT_THAT(cache().Get("key"), IsMiss());
  ASSERT_THAT(cache().Set("key", absl::Cord("old"), absl::Hours(3)), IsOk());
  EXPECT_THAT(cache().SetWith("key", absl::Cord("new"), options), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(3))));
}

TEST_P(ConformanceTest, KeepTtlIfAbsentGivesTheDefaultOneOrStoresNothing) {
  OpenWith({.default_ttl = absl::Hours(2)});
  const SetOptions options = {.keep_ttl = true, .condition = SetCondition::IfAbsent()};
  EXPECT_THAT(cache().SetWith("key", absl::Cord("1"), options), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("1"), HasTtl(absl::Hours(2))));
  delegate().Advance(absl::Hours(1));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("2"), options), IsOkAndHolds(false));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("1"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, KeepTtlIfEtagKeepsItOrChangesNothing) {
  ASSERT_THAT(cache().Set("key", absl::Cord("1"), absl::Hours(3)), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  const SetOptions options = {.keep_ttl = true, .condition = SetCondition::IfEtag(etag)};
  EXPECT_THAT(cache().SetWith("key", absl::Cord("2"), options), IsOkAndHolds(true));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("2"), HasTtl(absl::Hours(3))));
  EXPECT_THAT(cache().SetWith("key", absl::Cord("3"), options), IsOkAndHolds(false));
  EXPECT_THAT(cache().GetWith("key", kWantTtl), AllOf(IsHit("2"), HasTtl(absl::Hours(3))));
}

}  // namespace
}  // namespace cachestore
