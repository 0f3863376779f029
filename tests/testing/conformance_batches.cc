// SPDX-License-Identifier: Apache-2.0
// Calls on many keys: a result for each, in their order.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const auto kTrue = IsOkAndHolds(true);
const auto kFalse = IsOkAndHolds(false);

constexpr GetOptions kWantTtl = {.want_ttl = true};

// `prefix` and a number each.
std::vector<std::string> SomeKeys(int keys, absl::string_view prefix = "key") {
  std::vector<std::string> result;
  for (int i = 0; i < keys; ++i) result.push_back(absl::StrCat(prefix, i));
  return result;
}

// ---- BatchGet.

TEST_P(ConformanceTest, BatchGetAnswersInTheOrderOfItsKeys) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Set("b", absl::Cord("2")), IsOk());
  ASSERT_THAT(cache().Set("c", absl::Cord("3")), IsOk());
  EXPECT_THAT(cache().BatchGet({"c", "a", "b"}),
              IsOkAndHolds(ElementsAre(IsHit("3"), IsHit("1"), IsHit("2"))));
}

TEST_P(ConformanceTest, BatchGetOfHitsAndMissesAndEmptyValues) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Set("empty", absl::Cord()), IsOk());
  EXPECT_THAT(cache().BatchGet({"absent", "a", "empty", "missing"}),
              IsOkAndHolds(ElementsAre(IsMiss(), IsHit("1"), IsHit(""), IsMiss())));
}

TEST_P(ConformanceTest, BatchGetOfAKeyThatComesTwiceReadsItTwice) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1")), IsOk());
  EXPECT_THAT(cache().BatchGet({"a", "absent", "a", "absent"}),
              IsOkAndHolds(ElementsAre(IsHit("1"), IsMiss(), IsHit("1"), IsMiss())));
}

TEST_P(ConformanceTest, BatchGetOfExpiredEntriesMisses) {
  ASSERT_THAT(cache().Set("short", absl::Cord("1"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("long", absl::Cord("2"), absl::Hours(3)), IsOk());
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().BatchGet({"short", "long"}), IsOkAndHolds(ElementsAre(IsMiss(), IsHit("2"))));
}

TEST_P(ConformanceTest, BatchesTakeAnyByteInKeysAndValues) {
  std::vector<std::string> keys;
  for (int byte = 0; byte < 256; ++byte) keys.emplace_back(1, static_cast<char>(byte));
  ASSERT_THAT(cache().BatchSet(EntriesOf(keys)), IsOkAndHolds(AllOf(SizeIs(256), Each(kTrue))));
  const auto read = cache().BatchGet(keys);
  ASSERT_THAT(read, IsOkAndHolds(SizeIs(256)));
  for (int byte = 0; byte < 256; ++byte) {
    ASSERT_THAT((*read)[byte], IsHit("value of " + keys[byte])) << byte;
  }
}

// ---- BatchSet.

TEST_P(ConformanceTest, BatchSetStoresEveryEntry) {
  ASSERT_THAT(cache().Set("b", absl::Cord("old")), IsOk());
  EXPECT_THAT(cache().BatchSet({{.key = "a", .value = absl::Cord("1")},
                                {.key = "b", .value = absl::Cord("2")},
                                {.key = "c", .value = absl::Cord()}}),
              IsOkAndHolds(ElementsAre(kTrue, kTrue, kTrue)));
  EXPECT_THAT(cache().Get("a"), IsHit("1"));
  EXPECT_THAT(cache().Get("b"), IsHit("2"));
  EXPECT_THAT(cache().Get("c"), IsHit(""));
}

TEST_P(ConformanceTest, BatchSetGivesEachEntryItsOwnTtl) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().BatchSet(
                  {{.key = "a", .value = absl::Cord("1"), .options = {.ttl = absl::Hours(1)}},
                   {.key = "b", .value = absl::Cord("2")},
                   {.key = "c", .value = absl::Cord("3"), .options = {.ttl = absl::Hours(3)}}}),
              IsOk());
  EXPECT_THAT(cache().GetWith("a", kWantTtl), HasTtl(absl::Hours(1)));
  EXPECT_THAT(cache().GetWith("b", kWantTtl), HasTtl(absl::Hours(2)));
  EXPECT_THAT(cache().GetWith("c", kWantTtl), HasTtl(absl::Hours(3)));
}

TEST_P(ConformanceTest, BatchSetKeepsTheTtlsOfThoseThatAskForIt) {
  OpenWith({.default_ttl = absl::Hours(2)});
  ASSERT_THAT(cache().Set("a", absl::Cord("old"), absl::Hours(5)), IsOk());
  ASSERT_THAT(cache().Set("b", absl::Cord("old"), absl::Hours(5)), IsOk());
  EXPECT_THAT(cache().BatchSet(
                  {{.key = "a", .value = absl::Cord("new"), .options = {.keep_ttl = true}},
                   {.key = "b", .value = absl::Cord("new")},
                   {.key = "absent", .value = absl::Cord("new"), .options = {.keep_ttl = true}}}),
              IsOkAndHolds(ElementsAre(kTrue, kTrue, kTrue)));
  EXPECT_THAT(cache().GetWith("a", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(5))));
  EXPECT_THAT(cache().GetWith("b", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(2))));
  EXPECT_THAT(cache().GetWith("absent", kWantTtl), AllOf(IsHit("new"), HasTtl(absl::Hours(2))));
}

TEST_P(ConformanceTest, BatchSetChecksEachEntrysConditionByItself) {
  ASSERT_THAT(cache().Set("present", absl::Cord("old")), IsOk());
  ASSERT_THAT(cache().Set("same", absl::Cord("old")), IsOk());
  const std::string etag = EtagIn(cache(), "same");
  ASSERT_THAT(cache().Set("changed", absl::Cord("changed")), IsOk());
  const absl::Cord value("new");
  EXPECT_THAT(
      cache().BatchSet(
          {{.key = "a", .value = value, .options = {.condition = SetCondition::IfAbsent()}},
           {.key = "present", .value = value, .options = {.condition = SetCondition::IfAbsent()}},
           {.key = "b", .value = value, .options = {.condition = SetCondition::IfPresent()}},
           {.key = "same", .value = value, .options = {.condition = SetCondition::IfEtag(etag)}},
           {.key = "changed", .value = value, .options = {.condition = SetCondition::IfEtag(etag)}},
           {.key = "c", .value = value, .options = {.condition = SetCondition::IfEtag(etag)}},
           {.key = "d", .value = value}}),
      IsOkAndHolds(ElementsAre(kTrue, kFalse, kFalse, kTrue, kFalse, kFalse, kTrue)));
  EXPECT_THAT(cache().BatchGet({"a", "present", "b", "same", "changed", "c", "d"}),
              IsOkAndHolds(ElementsAre(IsHit("new"), IsHit("old"), IsMiss(), IsHit("new"),
                                       IsHit("changed"), IsMiss(), IsHit("new"))));
}

TEST_P(ConformanceTest, BatchSetOfAKeyThatComesTwiceLeavesTheLaterOne) {
  EXPECT_THAT(cache().BatchSet(
                  {{.key = "a", .value = absl::Cord("1"), .options = {.ttl = absl::Hours(1)}},
                   {.key = "b", .value = absl::Cord("2")},
                   {.key = "a", .value = absl::Cord("3"), .options = {.ttl = absl::Hours(3)}}}),
              IsOkAndHolds(ElementsAre(kTrue, kTrue, kTrue)));
  EXPECT_THAT(cache().GetWith("a", kWantTtl), AllOf(IsHit("3"), HasTtl(absl::Hours(3))));
  EXPECT_THAT(cache().Get("b"), IsHit("2"));
}

TEST_P(ConformanceTest, BatchSetSeesTheEarlierEntryOfAKeyInTheConditionOfTheLater) {
  // The SHA-1 of "1".
  const std::string etag(
      "\x35\x6a\x19\x2b\x79\x13\xb0\x4c\x54\x57"
      "\x4d\x18\xc2\x8d\x46\xe6\x39\x54\x28\xab");
  const struct {
    SetCondition condition;
    bool is_met;
  } cases[] = {{SetCondition::IfAbsent(), false},
               {SetCondition::IfPresent(), true},
               {SetCondition::IfEtag(etag), true}};
  for (const auto& [condition, is_met] : cases) {
    ASSERT_THAT(cache().Clear(), IsOk());
    EXPECT_THAT(
        cache().BatchSet(
            {{.key = "key", .value = absl::Cord("1")},
             {.key = "key", .value = absl::Cord("2"), .options = {.condition = condition}}}),
        IsOkAndHolds(ElementsAre(kTrue, IsOkAndHolds(is_met))));
    EXPECT_THAT(cache().Get("key"), IsHit(is_met ? "2" : "1"));
  }
}

TEST_P(ConformanceTest, BatchSetKeepsNoBufferOfTheCallerAlive) {
  for (const size_t bytes : {1, 16, 600, 5000, 100'000}) {
    const std::string expected = SomeBytes(bytes);
    const auto released = std::make_shared<Countdown>(1);
    std::vector<SetEntry> entries(1);
    entries[0] = {.key = "key", .value = BorrowedValue(expected, released)};
    ASSERT_THAT(cache().BatchSet(std::move(entries)), IsOk());
    ASSERT_TRUE(released->Wait()) << "a value of " << bytes << " bytes still refers to its buffer";
    ASSERT_THAT(cache().Get("key"), IsHit(expected));
  }
}

// ---- BatchDelete and BatchExists.

TEST_P(ConformanceTest, BatchDeleteRemovesAndTellsOfEachWhetherItDid) {
  ASSERT_THAT(cache().BatchSet(EntriesOf({"a", "b", "c"})), IsOk());
  EXPECT_THAT(cache().BatchDelete({"c", "absent", "a"}),
              IsOkAndHolds(ElementsAre(kTrue, kFalse, kTrue)));
  EXPECT_THAT(cache().BatchGet({"a", "b", "c"}),
              IsOkAndHolds(ElementsAre(IsMiss(), IsHit("value of b"), IsMiss())));
}

TEST_P(ConformanceTest, BatchDeleteOfAKeyThatComesTwiceRemovesItOnce) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1")), IsOk());
  EXPECT_THAT(cache().BatchDelete({"a", "a", "absent", "a"}),
              IsOkAndHolds(ElementsAre(kTrue, kFalse, kFalse, kFalse)));
}

TEST_P(ConformanceTest, BatchDeleteOfAnExpiredEntryFindsNothing) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().BatchDelete({"a"}), IsOkAndHolds(ElementsAre(kFalse)));
}

TEST_P(ConformanceTest, BatchExistsTellsOfEachWhetherItIsThere) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1"), absl::Hours(3)), IsOk());
  ASSERT_THAT(cache().Set("empty", absl::Cord(), absl::Hours(3)), IsOk());
  ASSERT_THAT(cache().Set("expired", absl::Cord("2"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Hours(2));
  EXPECT_THAT(cache().BatchExists({"absent", "a", "empty", "expired", "a"}),
              IsOkAndHolds(ElementsAre(kFalse, kTrue, kTrue, kFalse, kTrue)));
}

// ---- Large ones, and many.

TEST_P(ConformanceTest, BatchesOfAThousandRoundTrip) {
  const std::vector<std::string> keys = SomeKeys(1000);
  EXPECT_THAT(cache().BatchSet(EntriesOf(keys)), IsOkAndHolds(AllOf(SizeIs(1000), Each(kTrue))));
  const auto read = cache().BatchGet(keys);
  ASSERT_THAT(read, IsOkAndHolds(SizeIs(1000)));
  for (int i = 0; i < 1000; ++i) ASSERT_THAT((*read)[i], IsHit("value of " + keys[i]));
  EXPECT_THAT(cache().BatchExists(keys), IsOkAndHolds(AllOf(SizeIs(1000), Each(kTrue))));
  EXPECT_THAT(cache().BatchDelete(keys), IsOkAndHolds(AllOf(SizeIs(1000), Each(kTrue))));
  EXPECT_THAT(cache().BatchExists(keys), IsOkAndHolds(AllOf(SizeIs(1000), Each(kFalse))));
}

TEST_P(ConformanceTest, BatchesOfLargeValuesRoundTrip) {
  // 8 MB: more than a message usually holds.
  const std::vector<std::string> keys = SomeKeys(8);
  std::vector<SetEntry> entries;
  for (uint32_t i = 0; i < 8; ++i) {
    entries.push_back({.key = keys[i], .value = absl::Cord(SomeBytes(1'000'000 + i, i))});
  }
  ASSERT_THAT(cache().BatchSet(std::move(entries)), IsOkAndHolds(AllOf(SizeIs(8), Each(kTrue))));
  const auto read = cache().BatchGet(keys);
  ASSERT_THAT(read, IsOkAndHolds(SizeIs(8)));
  for (uint32_t i = 0; i < 8; ++i) {
    EXPECT_THAT((*read)[i], IsHit(SomeBytes(1'000'000 + i, i))) << i;
  }
}

TEST_P(ConformanceTest, BatchGetOfALargeValueManyTimesReadsItEachTime) {
  const std::string value = SomeBytes(1'000'000);
  ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
  EXPECT_THAT(cache().BatchGet(std::vector<std::string>(8, "key")),
              IsOkAndHolds(AllOf(SizeIs(8), Each(IsHit(value)))));
}

TEST_P(ConformanceTest, BatchesOfSeveralThreadsDoNotMix) {
  RunThreads(4, [this](int thread) {
    const std::vector<std::string> keys = SomeKeys(50, absl::StrCat("thread ", thread, " key "));
    for (int round = 0; round < 20; ++round) {
      EXPECT_THAT(cache().BatchSet(EntriesOf(keys)), IsOkAndHolds(Each(kTrue)));
      const auto read = cache().BatchGet(keys);
      ASSERT_THAT(read, IsOkAndHolds(SizeIs(50)));
      for (int i = 0; i < 50; ++i) EXPECT_THAT((*read)[i], IsHit("value of " + keys[i]));
      EXPECT_THAT(cache().BatchDelete(keys), IsOkAndHolds(Each(kTrue)));
      EXPECT_THAT(cache().BatchExists(keys), IsOkAndHolds(Each(kFalse)));
    }
  });
}

TEST_P(ConformanceTest, KeysOfABatchNeedToLiveOnlyUntilTheCallReturns) {
  Countdown answered(4);
  const auto happened = [&](const auto& result) {
    EXPECT_THAT(result, IsOk());
    answered.Happened();
  };
  std::string key = "a key that is longer than what a string holds in place";
  const std::string same_key = key;
  absl::StatusOr<BatchGetResults> read;
  {
    std::vector<SetEntry> entries(1);
    entries[0] = {.key = key, .value = absl::Cord("value")};
    store().BatchSet(std::move(entries), {}, happened);
  }
  key.assign(key.size(), 'x');
  {
    const std::vector<absl::string_view> keys(3, key);
    store().BatchGet(keys, {}, [&](absl::StatusOr<BatchGetResults> result) {
      read = std::move(result);
      happened(read);
    });
    store().BatchExists(keys, {}, happened);
    store().BatchDelete(keys, {}, happened);
  }
  key = same_key;
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(read, IsOkAndHolds(ElementsAre(IsMiss(), IsMiss(), IsMiss())));
  EXPECT_THAT(cache().Get(same_key), IsHit("value"));
}

}  // namespace
}  // namespace cachestore
