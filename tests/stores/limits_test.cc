// SPDX-License-Identifier: Apache-2.0
#include "stores/limits.h"

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/cache_options.h"
#include "stores/call_gate.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

const Limits kLimits = {.max_key_bytes = 16,
                        .max_value_bytes = 4096,
                        .default_ttl = absl::Minutes(5),
                        .max_ttl = absl::Hours(1),
                        .max_batch_keys = 3};

TEST(LimitsTest, DefaultsAreThoseOfTheContract) {
  const Limits limits;
  EXPECT_EQ(limits.max_key_bytes, 1024u);
  EXPECT_EQ(limits.max_value_bytes, 1048576u);
  EXPECT_EQ(limits.default_ttl, absl::Seconds(300));
  EXPECT_EQ(limits.max_ttl, absl::Hours(365 * 24));
  EXPECT_EQ(limits.max_batch_keys, 1000u);
}

TEST(LimitsTest, EmptyKeyIsRefused) {
  EXPECT_THAT(CheckKey("", kLimits),
              StatusIs(kInvalid, "key: is empty; give a key of at least 1 byte"));
}

TEST(LimitsTest, KeyUpToTheLimitIsTaken) {
  EXPECT_THAT(CheckKey("k", kLimits), IsOk());
  EXPECT_THAT(CheckKey(std::string(15, 'k'), kLimits), IsOk());
  EXPECT_THAT(CheckKey(std::string(16, 'k'), kLimits), IsOk());
}

TEST(LimitsTest, KeyAboveTheLimitIsRefused) {
  EXPECT_THAT(CheckKey(std::string(17, 'k'), kLimits),
              StatusIs(kInvalid,
                       "key: is 17 bytes; the limit is 16 bytes (max_key_bytes): shorten or "
                       "hash it"));
}

TEST(LimitsTest, ValueUpToTheLimitIsTaken) {
  EXPECT_THAT(CheckValueSize(0, kLimits), IsOk());
  EXPECT_THAT(CheckValueSize(4095, kLimits), IsOk());
  EXPECT_THAT(CheckValueSize(4096, kLimits), IsOk());
}

TEST(LimitsTest, ValueAboveTheLimitIsRefused) {
  EXPECT_THAT(CheckValueSize(4097, kLimits),
              StatusIs(kInvalid,
                       "value: is 4097 bytes; the limit is 4096 bytes (max_value_bytes): split "
                       "or compress it"));
}

TEST(LimitsTest, SizesAreInPlainDecimalHoweverLarge) {
  EXPECT_THAT(CheckValueSize(12345678901, Limits()),
              StatusIs(kInvalid,
                       "value: is 12345678901 bytes; the limit is 1048576 bytes "
                       "(max_value_bytes): split or compress it"));
}

TEST(LimitsTest, TtlIsCountedInWholeMilliseconds) {
  EXPECT_THAT(CheckTtlMillis(absl::Seconds(2), kLimits), IsOkAndHolds(2000));
  EXPECT_THAT(CheckTtlMillis(absl::Milliseconds(1), kLimits), IsOkAndHolds(1));
}

TEST(LimitsTest, TtlBelowAMillisecondIsRoundedUp) {
  EXPECT_THAT(CheckTtlMillis(absl::Nanoseconds(1), kLimits), IsOkAndHolds(1));
  EXPECT_THAT(CheckTtlMillis(absl::Nanoseconds(1) / 4, kLimits), IsOkAndHolds(1));
  EXPECT_THAT(CheckTtlMillis(absl::Microseconds(999), kLimits), IsOkAndHolds(1));
}

TEST(LimitsTest, FractionOfAMillisecondIsRoundedUp) {
  EXPECT_THAT(CheckTtlMillis(absl::Milliseconds(1) + absl::Nanoseconds(1), kLimits),
              IsOkAndHolds(2));
  EXPECT_THAT(CheckTtlMillis(absl::Microseconds(1500), kLimits), IsOkAndHolds(2));
}

TEST(LimitsTest, DefaultTtlAppliesWhereNoneIsGiven) {
  EXPECT_THAT(CheckTtlMillis(std::nullopt, kLimits), IsOkAndHolds(300'000));
}

TEST(LimitsTest, TtlOfZeroIsRefused) {
  EXPECT_THAT(
      CheckTtlMillis(absl::ZeroDuration(), kLimits),
      StatusIs(kInvalid, "ttl: is 0; give more than zero, or leave it out for the default of 5m"));
}

TEST(LimitsTest, NegativeTtlIsRefused) {
  EXPECT_THAT(CheckTtlMillis(absl::Nanoseconds(-1), kLimits),
              StatusIs(kInvalid,
                       "ttl: is -1ns; give more than zero, or leave it out for the default of 5m"));
  EXPECT_THAT(CheckTtlMillis(-absl::InfiniteDuration(), kLimits), StatusIs(kInvalid));
}

TEST(LimitsTest, TtlAtTheLimitIsTaken) {
  EXPECT_THAT(CheckTtlMillis(absl::Hours(1) - absl::Nanoseconds(1), kLimits),
              IsOkAndHolds(3'600'000));
  EXPECT_THAT(CheckTtlMillis(absl::Hours(1), kLimits), IsOkAndHolds(3'600'000));
}

TEST(LimitsTest, TtlAboveTheLimitIsRefused) {
  EXPECT_THAT(CheckTtlMillis(absl::Hours(2), kLimits),
              StatusIs(kInvalid, "ttl: is 2h; the limit is 1h (max_ttl): give less"));
  EXPECT_THAT(CheckTtlMillis(absl::Hours(1) + absl::Nanoseconds(1), kLimits), StatusIs(kInvalid));
}

TEST(LimitsTest, InfiniteTtlIsRefused) {
  EXPECT_THAT(CheckTtlMillis(absl::InfiniteDuration(), kLimits),
              StatusIs(kInvalid, "ttl: is inf; the limit is 1h (max_ttl): give less"));
}

TEST(LimitsTest, NoTouchIsZeroMilliseconds) {
  EXPECT_THAT(CheckTouchMillis(std::nullopt, kLimits), IsOkAndHolds(0));
}

TEST(LimitsTest, TouchIsRoundedUpToWholeMilliseconds) {
  EXPECT_THAT(CheckTouchMillis(absl::Seconds(2), kLimits), IsOkAndHolds(2000));
  EXPECT_THAT(CheckTouchMillis(absl::Nanoseconds(1), kLimits), IsOkAndHolds(1));
  EXPECT_THAT(CheckTouchMillis(absl::Microseconds(1500), kLimits), IsOkAndHolds(2));
  EXPECT_THAT(CheckTouchMillis(absl::Hours(1), kLimits), IsOkAndHolds(3'600'000));
}

TEST(LimitsTest, TouchOutsideTheBoundsOfATtlIsRefused) {
  EXPECT_THAT(CheckTouchMillis(absl::ZeroDuration(), kLimits),
              StatusIs(kInvalid,
                       "touch: is 0; give more than zero, or leave it out to keep the TTL as it "
                       "is"));
  EXPECT_THAT(CheckTouchMillis(-absl::InfiniteDuration(), kLimits), StatusIs(kInvalid));
  EXPECT_THAT(CheckTouchMillis(absl::Hours(2), kLimits),
              StatusIs(kInvalid, "touch: is 2h; the limit is 1h (max_ttl): give less"));
  EXPECT_THAT(CheckTouchMillis(absl::InfiniteDuration(), kLimits), StatusIs(kInvalid));
}

TEST(LimitsTest, EtagHasTwentyBytes) {
  EXPECT_THAT(CheckEtag(std::string(20, 'e')), IsOk());
  EXPECT_THAT(CheckEtag(std::string(20, '\0')), IsOk());
  EXPECT_THAT(CheckEtag(""),
              StatusIs(kInvalid,
                       "if_etag: is 0 bytes; an etag has 20: give one that a Get with want_etag "
                       "returned"));
  for (const size_t bytes : {1, 19, 21, 40}) {
    EXPECT_THAT(CheckEtag(std::string(bytes, 'e')), StatusIs(kInvalid)) << bytes;
  }
}

TEST(LimitsTest, SetGivesTheTtlOfAnEntryThatItCreates) {
  EXPECT_THAT(CheckSet("key", 0, {}, kLimits), IsOkAndHolds(300'000));
  EXPECT_THAT(CheckSet("key", 4096, {.ttl = absl::Seconds(1)}, kLimits), IsOkAndHolds(1000));
  EXPECT_THAT(CheckSet("key", 0, {.keep_ttl = true}, kLimits), IsOkAndHolds(300'000));
}

TEST(LimitsTest, SetChecksEachOfItsArguments) {
  EXPECT_THAT(CheckSet("", 0, {}, kLimits), StatusIs(kInvalid, HasSubstr("key: is empty")));
  EXPECT_THAT(CheckSet("key", 4097, {}, kLimits),
              StatusIs(kInvalid, HasSubstr("value: is 4097 bytes")));
  EXPECT_THAT(CheckSet("key", 0, {.ttl = absl::Hours(2)}, kLimits),
              StatusIs(kInvalid, HasSubstr("ttl: is 2h")));
}

TEST(LimitsTest, SetThatKeepsATtlAndGivesOneIsRefused) {
  EXPECT_THAT(CheckSet("key", 0, {.ttl = absl::Seconds(1), .keep_ttl = true}, kLimits),
              StatusIs(kInvalid, "keep_ttl: is given, and so is a ttl; leave one of them out"));
}

TEST(LimitsTest, SetChecksTheEtagOfIfEtagOnly) {
  EXPECT_THAT(CheckSet("key", 0, {.condition = SetCondition::IfEtag("short")}, kLimits),
              StatusIs(kInvalid, HasSubstr("if_etag: is 5 bytes")));
  EXPECT_THAT(
      CheckSet("key", 0, {.condition = SetCondition::IfEtag(std::string(20, 'e'))}, kLimits),
      IsOk());
  EXPECT_THAT(CheckSet("key", 0, {.condition = SetCondition::IfAbsent()}, kLimits), IsOk());
  EXPECT_THAT(CheckSet("key", 0, {.condition = SetCondition::IfPresent()}, kLimits), IsOk());
}

TEST(LimitsTest, KeysOfABatchAreCountedAndChecked) {
  EXPECT_THAT(CheckKeys({"a", "b", "a"}, kLimits), IsOk());
  EXPECT_THAT(CheckKeys({}, kLimits), StatusIs(kInvalid, HasSubstr("keys: is empty")));
  EXPECT_THAT(CheckKeys({"a", "b", "c", "d"}, kLimits),
              StatusIs(kInvalid, HasSubstr("keys: has 4 of them; the limit is 3")));
  EXPECT_THAT(CheckKeys({"a", "", "a key beyond the limit"}, kLimits),
              StatusIs(kInvalid, HasSubstr("keys[1]: is empty")));
  EXPECT_THAT(CheckKeys({"a", "b", "a key beyond the limit"}, kLimits),
              StatusIs(kInvalid, HasSubstr("keys[2]: is 22 bytes")));
}

TEST(LimitsTest, EntriesOfABatchGiveTheirTtlsInOrder) {
  const std::vector<SetEntry> entries = {
      {.key = "a", .value = absl::Cord(), .options = {.ttl = absl::Seconds(2)}},
      {.key = "b", .value = absl::Cord()},
      {.key = "c", .value = absl::Cord(), .options = {.ttl = absl::Nanoseconds(1)}}};
  EXPECT_THAT(CheckEntries(entries, kLimits),
              IsOkAndHolds(::testing::ElementsAre(2000, 300'000, 1)));
}

TEST(LimitsTest, EntriesOfABatchAreCountedAndChecked) {
  const SetEntry good = {.key = "a", .value = absl::Cord("value")};
  EXPECT_THAT(CheckEntries({}, kLimits), StatusIs(kInvalid, HasSubstr("entries: is empty")));
  EXPECT_THAT(CheckEntries({good, good, good, good}, kLimits),
              StatusIs(kInvalid, HasSubstr("entries: has 4 of them; the limit is 3")));
  const SetEntry without_key = {.key = "", .value = absl::Cord()};
  EXPECT_THAT(CheckEntries({good, without_key, without_key}, kLimits),
              StatusIs(kInvalid, HasSubstr("entries[1].key: is empty")));
  const SetEntry too_large = {.key = "a", .value = absl::Cord(std::string(4097, 'v'))};
  EXPECT_THAT(CheckEntries({too_large}, kLimits),
              StatusIs(kInvalid, HasSubstr("entries[0].value: is 4097 bytes")));
  const SetEntry other_etag = {
      .key = "a", .value = absl::Cord(), .options = {.condition = SetCondition::IfEtag("")}};
  EXPECT_THAT(CheckEntries({good, good, other_etag}, kLimits),
              StatusIs(kInvalid, HasSubstr("entries[2].if_etag: is 0 bytes")));
}

TEST(LimitsTest, DeadlineAheadIsTaken) {
  CallGate gate;
  EXPECT_THAT(CheckCall(gate.Enter(), {}), IsOk());
  EXPECT_THAT(CheckCall(gate.Enter(), {.deadline = absl::Now() + absl::Hours(1)}), IsOk());
}

TEST(LimitsTest, PassedDeadlineIsRefused) {
  CallGate gate;
  EXPECT_THAT(CheckCall(gate.Enter(), {.deadline = absl::Now() - absl::Nanoseconds(1)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded,
                       "the deadline had passed before the call began"));
  EXPECT_THAT(CheckCall(gate.Enter(), {.deadline = absl::InfinitePast()}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(LimitsTest, ClosedStoreSaysSoWhateverTheDeadline) {
  EXPECT_EQ(CheckCall(CallGate::Pass(), {.deadline = absl::InfinitePast()}),
            absl::FailedPreconditionError("store is closed"));
}

TEST(LimitsTest, TheDefaultsMakeSense) { EXPECT_THAT(CheckLimits({}), IsOk()); }

TEST(LimitsTest, ADefaultTtlBeyondTheLongestIsRefused) {
  EXPECT_THAT(CheckLimits({.default_ttl = absl::Hours(1), .max_ttl = absl::Hours(1)}), IsOk());
  EXPECT_THAT(
      CheckLimits({.default_ttl = absl::Hours(2), .max_ttl = absl::Hours(1)}),
      StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith("default_ttl: is 2h")));
  EXPECT_THAT(
      CheckLimits({.default_ttl = absl::ZeroDuration()}),
      StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith("default_ttl: is 0")));
}

TEST(LimitsTest, ALongestTtlBeyondACenturyIsRefused) {
  EXPECT_THAT(CheckLimits({.max_ttl = absl::Hours(24 * 365 * 100)}), IsOk());
  EXPECT_THAT(
      CheckLimits({.max_ttl = absl::InfiniteDuration()}),
      StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith("max_ttl: is inf")));
}

}  // namespace
}  // namespace cachestore
