// SPDX-License-Identifier: Apache-2.0
// What an entry is: set, read, replaced, removed.
#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

TEST_P(ConformanceTest, PingAnswersOk) { EXPECT_THAT(cache().Ping(), IsOk()); }

TEST_P(ConformanceTest, MissIsNotAnError) { EXPECT_THAT(cache().Get("absent"), IsMiss()); }

TEST_P(ConformanceTest, GetReturnsWhatWasSet) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, EmptyValueIsAHit) {
  ASSERT_THAT(cache().Set("key", absl::Cord()), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit(""));
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, SetReplacesTheValue) {
  ASSERT_THAT(cache().Set("key", absl::Cord("a rather long first value")), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("second")), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("second"));
}

TEST_P(ConformanceTest, SetReplacesAValueByAnEmptyOne) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord()), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit(""));
}

TEST_P(ConformanceTest, EntriesDoNotTouchEachOther) {
  ASSERT_THAT(cache().Set("a", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Set("b", absl::Cord("2")), IsOk());
  ASSERT_THAT(cache().Delete("a"), IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("a"), IsMiss());
  EXPECT_THAT(cache().Get("b"), IsHit("2"));
}

TEST_P(ConformanceTest, ExistsTellsWhetherAnEntryIsThere) {
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(false));
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, DeleteRemovesAndTellsThatItDid) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().Delete("key"), IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("key"), IsMiss());
  EXPECT_THAT(cache().Exists("key"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, DeleteOfWhatIsAbsentIsOk) {
  EXPECT_THAT(cache().Delete("absent"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, DeleteRemovesOnce) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  ASSERT_THAT(cache().Delete("key"), IsOkAndHolds(true));
  EXPECT_THAT(cache().Delete("key"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, KeyCanBeSetAgainAfterDelete) {
  ASSERT_THAT(cache().Set("key", absl::Cord("first")), IsOk());
  ASSERT_THAT(cache().Delete("key"), IsOkAndHolds(true));
  ASSERT_THAT(cache().Set("key", absl::Cord("second")), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("second"));
}

TEST_P(ConformanceTest, ClearRemovesEveryEntry) {
  constexpr int kEntries = 1000;
  for (int i = 0; i < kEntries; ++i) {
    ASSERT_THAT(cache().Set(absl::StrCat("key", i), absl::Cord("value")), IsOk());
  }
  ASSERT_THAT(cache().Clear(), IsOk());
  for (int i = 0; i < kEntries; ++i) {
    ASSERT_THAT(cache().Get(absl::StrCat("key", i)), IsMiss()) << i;
  }
}

TEST_P(ConformanceTest, ClearRemovesNothingThatIsSetAfterIt) {
  ASSERT_THAT(cache().Set("before", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Clear(), IsOk());
  ASSERT_THAT(cache().Set("after", absl::Cord("2")), IsOk());
  EXPECT_THAT(cache().Get("before"), IsMiss());
  EXPECT_THAT(cache().Get("after"), IsHit("2"));
}

TEST_P(ConformanceTest, ClearOfAnEmptyStoreIsOk) {
  EXPECT_THAT(cache().Clear(), IsOk());
  EXPECT_THAT(cache().Clear(), IsOk());
}

TEST_P(ConformanceTest, ClearRemovesEntriesWithAnyBytesInTheirKeys) {
  // Among them all that has a meaning in a pattern.
  for (int byte = 0; byte < 256; ++byte) {
    ASSERT_THAT(cache().Set(std::string(1, static_cast<char>(byte)), absl::Cord("value")), IsOk());
  }
  ASSERT_THAT(cache().Clear(), IsOk());
  for (int byte = 0; byte < 256; ++byte) {
    ASSERT_THAT(cache().Exists(std::string(1, static_cast<char>(byte))), IsOkAndHolds(false))
        << byte;
  }
}

TEST_P(ConformanceTest, ValueOutlivesItsEntry) {
  const std::string value = SomeBytes(10'000);
  ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
  const auto read = cache().Get("key");
  ASSERT_THAT(cache().Set("key", absl::Cord("other")), IsOk());
  ASSERT_THAT(cache().Clear(), IsOk());
  ASSERT_THAT(cache().Close(), IsOk());
  delegate().DestroyStore();
  EXPECT_THAT(read, IsHit(value));
}

}  // namespace
}  // namespace cachestore
