// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/store_call.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StoreCallTest, CallersAreToldThatTheStorageHasFailedAndNotWhereItIs) {
  for (const absl::StatusCode code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded,
        absl::StatusCode::kInternal}) {
    const absl::Status told = ToldToCallers(absl::Status(code, "redis://10.0.0.1:6379/0 is away"));
    EXPECT_EQ(told.code(), code);
    EXPECT_THAT(told.message(), HasSubstr("the storage behind this cache"));
    EXPECT_THAT(told.message(), Not(HasSubstr("redis")));
  }
}

TEST(StoreCallTest, CallersAreToldAllOfWhatTheyCanMend) {
  for (const absl::Status& status :
       {absl::OkStatus(), absl::InvalidArgumentError("key: is empty"),
        absl::FailedPreconditionError("key: holds no number"),
        absl::ResourceExhaustedError("too many calls"), absl::OutOfRangeError("the sum")}) {
    EXPECT_EQ(ToldToCallers(status), status);
  }
}

TEST(StoreCallTest, ItemsOfABatchAreToldAsCallsAre) {
  std::vector<absl::StatusOr<bool>> results = {true, absl::UnavailableError("10.0.0.1 is away"),
                                               absl::FailedPreconditionError("other type")};
  TellCallers(results);
  EXPECT_TRUE(results[0].value());
  EXPECT_THAT(results[1], StatusIs(absl::StatusCode::kUnavailable, Not(HasSubstr("10.0.0.1"))));
  EXPECT_THAT(results[2], StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("other type")));
}

}  // namespace
}  // namespace cachestore
