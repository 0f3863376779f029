// SPDX-License-Identifier: Apache-2.0

// What cachectl doctor says of answers, without a service.
#include "client/command_line/doctor_advice.h"

#include "absl/status/status.h"
#include "client/command_line/finding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::HasSubstr;

TEST(DoctorAdviceTest, EveryErrorHasSomethingToDoAboutIt) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status error(static_cast<absl::StatusCode>(code), "words");
    for (const bool has_token : {false, true}) {
      const Finding finding = FailedCall("read", "get: ", error, has_token);
      EXPECT_EQ(finding.grade, Grade::kFail) << error;
      EXPECT_EQ(finding.text, "get: words") << error;
      EXPECT_NE(finding.fix, "") << error;
    }
  }
}

TEST(DoctorAdviceTest, WhatAnUnavailableServiceIsToldToDoIsTheFix) {
  const Finding finding = FailedCall(
      "read", "", absl::UnavailableError("is unavailable: a; b; check that it runs"), false);
  EXPECT_EQ(finding.text, "is unavailable: a; b");
  EXPECT_EQ(finding.fix, "check that it runs");
}

TEST(DoctorAdviceTest, WhoWasRefusedWithATokenIsNotToldToGiveOne) {
  const absl::Status refused = absl::UnauthenticatedError("the token is not known");
  EXPECT_EQ(FailedCall("credentials", "", refused, false).fix, "give a token (--token_file)");
  EXPECT_THAT(FailedCall("credentials", "", refused, true).fix, HasSubstr("give another token"));
}

TEST(DoctorAdviceTest, ALimitIsNamedIfTheAnswerNamesIt) {
  const Finding named = LimitsFinding(
      65'537, absl::InvalidArgumentError("key: is 65537 bytes; the limit is 1024 bytes: hash it"));
  EXPECT_EQ(named.grade, Grade::kPass);
  EXPECT_EQ(named.text, "a key that is too long is refused: the limit is 1024 bytes");
  const Finding unnamed = LimitsFinding(65'537, absl::InvalidArgumentError("key: is too long"));
  EXPECT_EQ(unnamed.grade, Grade::kPass);
  EXPECT_EQ(unnamed.text, "a key of 65537 bytes is refused: too long");
}

TEST(DoctorAdviceTest, ALimitThatIsNotKeptFails) {
  for (const absl::Status& answer :
       {absl::OkStatus(), absl::InternalError("key"), absl::InvalidArgumentError("header")}) {
    const Finding finding = LimitsFinding(65'537, answer);
    EXPECT_EQ(finding.grade, Grade::kFail) << answer;
    EXPECT_THAT(finding.text, HasSubstr("65537")) << answer;
    EXPECT_NE(finding.fix, "") << answer;
  }
}

}  // namespace
}  // namespace cachestore
