// SPDX-License-Identifier: Apache-2.0
#include "service/readiness.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReadinessTest, WhatIsReadyHasNeitherReasonNorKind) {
  Readiness readiness;
  readiness.Set(absl::OkStatus());
  EXPECT_TRUE(readiness.ready());
  EXPECT_EQ(readiness.not_ready_reason(), "");
  EXPECT_EQ(readiness.not_ready_kind(), "");
}

TEST(ReadinessTest, WhoeverMayLookIsToldTheKindAlone) {
  std::set<std::string> kinds;
  for (const absl::StatusCode code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded,
        absl::StatusCode::kResourceExhausted, absl::StatusCode::kInternal,
        absl::StatusCode::kFailedPrecondition}) {
    Readiness readiness;
    readiness.Set(absl::Status(code, "redis://10.0.0.7:6379/0 (redis_timeout)"));
    EXPECT_EQ(readiness.not_ready_reason(), "redis://10.0.0.7:6379/0 (redis_timeout)");
    EXPECT_THAT(readiness.not_ready_kind(), HasSubstr("the backend "));
    EXPECT_THAT(readiness.not_ready_kind(), Not(HasSubstr("redis"))) << code;
    kinds.insert(readiness.not_ready_kind());
  }
  EXPECT_EQ(kinds.size(), 5) << "each has words of its own";
}

TEST(ReadinessTest, WhatIsNotReadyHasAReasonEvenIfNobodyGaveOne) {
  Readiness readiness;
  EXPECT_EQ(readiness.not_ready_reason(), "it has not been asked yet");
  EXPECT_EQ(readiness.not_ready_kind(), "the backend has not answered yet");
  readiness.Set(absl::UnavailableError(""));
  EXPECT_FALSE(readiness.ready());
  EXPECT_EQ(readiness.not_ready_reason(), readiness.not_ready_kind());
}

TEST(ReadinessTest, WhateverTheBackendAnswersItDrains) {
  Readiness readiness;
  readiness.Set(absl::UnavailableError("gone"));
  readiness.Drain();
  for (const absl::Status& status : {absl::OkStatus(), absl::UnavailableError("gone")}) {
    readiness.Set(status);
    EXPECT_FALSE(readiness.ready());
    EXPECT_EQ(readiness.not_ready_reason(), "it is draining");
    EXPECT_EQ(readiness.not_ready_kind(), "it is draining");
  }
}

}  // namespace
}  // namespace cachestore
