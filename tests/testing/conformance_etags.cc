// SPDX-License-Identifier: Apache-2.0
// Etags: what they are, who gets them, and the Delete that depends on one.
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// In digits, as the literature has it.
std::string HexEtagIn(BlockingCacheStore cache, absl::string_view key) {
  return absl::BytesToHexString(EtagIn(cache, key));
}

TEST_P(ConformanceTest, EtagIsTheSha1OfTheValue) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  const struct {
    std::string value;
    std::string etag;
  } cases[] = {
      {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {every_byte, "4916d6bdb7f78e6803698cab32d1586ea457dfc8"},
      {SomeBytes(1024 * 1024), "d04bcadcc7de6caf999142ddc84a36655425f208"},
  };
  for (const auto& [value, etag] : cases) {
    ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
    EXPECT_EQ(HexEtagIn(cache(), "key"), etag) << "of a value of " << value.size() << " bytes";
  }
}

TEST_P(ConformanceTest, EtagIsThatOfTheValueHoweverItWasChunked) {
  absl::Cord value;
  for (const absl::string_view chunk : {"a", "b", "c"}) {
    value.Append(absl::MakeCordFromExternal(chunk, [] {}));
  }
  ASSERT_THAT(cache().Set("key", value), IsOk());
  EXPECT_EQ(HexEtagIn(cache(), "key"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_P(ConformanceTest, EtagComesWithTheValueThatItIsOf) {
  ASSERT_THAT(cache().Set("key", absl::Cord("abc")), IsOk());
  const auto read = cache().GetWith("key", {.want_etag = true});
  ASSERT_THAT(read, IsHit("abc"));
  EXPECT_EQ(read->etag.size(), kEtagBytes);
  EXPECT_THAT(read, HasNoTtl());
}

TEST_P(ConformanceTest, EqualValuesHaveEqualEtags) {
  ASSERT_THAT(cache().Set("a", absl::Cord("value"), absl::Hours(1)), IsOk());
  ASSERT_THAT(cache().Set("b", absl::Cord("value"), absl::Hours(2)), IsOk());
  ASSERT_EQ(EtagIn(cache(), "a").size(), kEtagBytes);
  EXPECT_EQ(EtagIn(cache(), "a"), EtagIn(cache(), "b"));
}

TEST_P(ConformanceTest, EtagChangesWithTheValue) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const std::string before = EtagIn(cache(), "key");
  ASSERT_THAT(cache().Set("key", absl::Cord("valuf")), IsOk());
  EXPECT_NE(EtagIn(cache(), "key"), before);
}

TEST_P(ConformanceTest, GetWithoutOptionsReturnsTheValueAlone) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const auto read = cache().GetWith("key", {});
  ASSERT_THAT(read, IsHit("value"));
  EXPECT_EQ(read->etag, "");
  EXPECT_THAT(read, HasNoTtl());
}

TEST_P(ConformanceTest, MissHasNeitherEtagNorTtl) {
  const GetOptions everything = {.want_etag = true, .want_ttl = true, .touch = absl::Hours(1)};
  EXPECT_THAT(cache().GetWith("absent", everything), IsMiss());
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().GetWith("key", everything), IsMiss());
}

TEST_P(ConformanceTest, DeleteIfRemovesAnEntryWithThatEtag) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().DeleteIf("key", EtagIn(cache(), "key")), IsOkAndHolds(true));
  EXPECT_THAT(cache().Get("key"), IsMiss());
}

TEST_P(ConformanceTest, DeleteIfRemovesOnce) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  ASSERT_THAT(cache().DeleteIf("key", etag), IsOkAndHolds(true));
  EXPECT_THAT(cache().DeleteIf("key", etag), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, DeleteIfLeavesAnEntryWithAnotherEtag) {
  ASSERT_THAT(cache().Set("key", absl::Cord("before"), absl::Hours(1)), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  ASSERT_THAT(cache().Set("key", absl::Cord("after"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache().DeleteIf("key", etag), IsOkAndHolds(false));
  EXPECT_THAT(cache().GetWith("key", {.want_ttl = true}),
              AllOf(IsHit("after"), HasTtl(absl::Hours(1))));
}

TEST_P(ConformanceTest, DeleteIfOfAValueThatChangedAndChangedBackRemoves) {
  ASSERT_THAT(cache().Set("key", absl::Cord("a")), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  ASSERT_THAT(cache().Set("key", absl::Cord("b")), IsOk());
  ASSERT_THAT(cache().Set("key", absl::Cord("a")), IsOk());
  EXPECT_THAT(cache().DeleteIf("key", etag), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, DeleteIfOfWhatIsAbsentIsFalse) {
  ASSERT_THAT(cache().Set("other", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().DeleteIf("absent", EtagIn(cache(), "other")), IsOkAndHolds(false));
  EXPECT_THAT(cache().Exists("other"), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, DeleteIfTakesWhatIsAbsentForNoEmptyValue) {
  ASSERT_THAT(cache().Set("empty", absl::Cord()), IsOk());
  const std::string etag = EtagIn(cache(), "empty");
  EXPECT_THAT(cache().DeleteIf("absent", etag), IsOkAndHolds(false));
  EXPECT_THAT(cache().DeleteIf("empty", etag), IsOkAndHolds(true));
}

TEST_P(ConformanceTest, DeleteIfOfAnExpiredEntryIsFalse) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  const std::string etag = EtagIn(cache(), "key");
  delegate().Advance(absl::Minutes(61));
  EXPECT_THAT(cache().DeleteIf("key", etag), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, EtagOfAWrongSizeIsRefused) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  for (const size_t bytes : {0, 19, 21, 40}) {
    const std::string etag(bytes, 'e');
    const auto refused =
        StatusIs(absl::StatusCode::kInvalidArgument,
                 AllOf(HasSubstr(absl::StrCat("if_etag: is ", bytes, " bytes")), HasSubstr("20")));
    EXPECT_THAT(cache().DeleteIf("key", etag), refused);
    EXPECT_THAT(
        cache().SetWith("key", absl::Cord("other"), {.condition = SetCondition::IfEtag(etag)}),
        refused);
  }
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, EtagOfAWrongSizeIsRefusedAlsoWhereNothingIs) {
  EXPECT_THAT(cache().DeleteIf("absent", "short"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      cache().SetWith("absent", absl::Cord("value"), {.condition = SetCondition::IfEtag("short")}),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(cache().Exists("absent"), IsOkAndHolds(false));
}

TEST_P(ConformanceTest, EtagInHexadecimalMatchesNothing) {
  // Redis has it in this form; 20 of its digits are an etag of the right size.
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  const std::string half = HexEtagIn(cache(), "key").substr(0, kEtagBytes);
  EXPECT_THAT(cache().DeleteIf("key", half), IsOkAndHolds(false));
}

}  // namespace
}  // namespace cachestore
