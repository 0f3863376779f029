// SPDX-License-Identifier: Apache-2.0
#include "protos/status.h"

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

class StatusCodeTest : public testing::TestWithParam<int> {};

TEST_P(StatusCodeTest, KeepsItsNumberAndMessageOnTheWayOut) {
  const absl::Status status(static_cast<absl::StatusCode>(GetParam()), "what to do");

  const grpc::Status converted = ToGrpcStatus(status);

  EXPECT_EQ(converted.error_code(), GetParam());
  EXPECT_EQ(converted.error_message(), "what to do");
}

TEST_P(StatusCodeTest, ComesBackAsItWent) {
  const absl::Status status(static_cast<absl::StatusCode>(GetParam()), "what to do");

  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
}

INSTANTIATE_TEST_SUITE_P(AllErrors, StatusCodeTest, testing::Range(1, 17));

TEST(StatusTest, OkIsOkOnBothSides) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(StatusTest, ACodeThatIsNotCanonicalBecomesUnknown) {
  const grpc::Status odd(grpc::StatusCode::DO_NOT_USE, "odd");
  EXPECT_EQ(FromGrpcStatus(odd), absl::UnknownError("odd"));

  const absl::Status odd_too(static_cast<absl::StatusCode>(77), "odd");
  EXPECT_EQ(ToGrpcStatus(odd_too).error_code(), grpc::StatusCode::UNKNOWN);
}

}  // namespace
}  // namespace cachestore
