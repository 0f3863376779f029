// SPDX-License-Identifier: Apache-2.0
#include "stores/batch_item.h"

#include <vector>

#include "gmock/gmock.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(BatchItemTest, AKeyIsNamedByItsNumber) {
  EXPECT_THAT(InvalidItem(BatchField::kKeys, 3, absl::InvalidArgumentError("key: is empty; give")),
              StatusIs(kInvalid, "keys[3]: is empty; give"));
}

TEST(BatchItemTest, AFieldOfAnEntryIsNamedByTheEntrysNumber) {
  EXPECT_THAT(InvalidItem(BatchField::kEntries, 0, absl::InvalidArgumentError("key: is empty")),
              StatusIs(kInvalid, "entries[0].key: is empty"));
  EXPECT_THAT(InvalidItem(BatchField::kEntries, 12, absl::InvalidArgumentError("ttl: is 0")),
              StatusIs(kInvalid, "entries[12].ttl: is 0"));
}

TEST(BatchItemTest, BatchUpToTheLimitIsTaken) {
  EXPECT_THAT(CheckBatchSize(BatchField::kKeys, 1, 3), IsOk());
  EXPECT_THAT(CheckBatchSize(BatchField::kEntries, 3, 3), IsOk());
}

TEST(BatchItemTest, BatchAboveTheLimitIsRefused) {
  EXPECT_THAT(
      CheckBatchSize(BatchField::kKeys, 4, 3),
      StatusIs(kInvalid, "keys: has 4 of them; the limit is 3 (max_batch_keys): split the batch"));
  EXPECT_THAT(CheckBatchSize(BatchField::kEntries, 1001, 1000),
              StatusIs(kInvalid,
                       "entries: has 1001 of them; the limit is 1000 (max_batch_keys): split the "
                       "batch"));
}

TEST(BatchItemTest, EmptyBatchIsRefused) {
  EXPECT_THAT(CheckBatchSize(BatchField::kKeys, 0, 3),
              StatusIs(kInvalid, "keys: is empty; give at least one of them"));
  EXPECT_THAT(CheckBatchSize(BatchField::kEntries, 0, 3),
              StatusIs(kInvalid, "entries: is empty; give at least one of them"));
}

using Results = std::vector<absl::StatusOr<bool>>;

TEST(BatchItemTest, ItemsThatAreOkMakeTheBatchOk) {
  EXPECT_THAT(StatusOfItems(Results{true, false}), IsOk());
  EXPECT_THAT(StatusOfItems(Results{}), IsOk());
}

TEST(BatchItemTest, BackendThatFailedEveryItemFailedTheBatch) {
  EXPECT_EQ(StatusOfItems(Results{absl::UnavailableError("first"), absl::UnavailableError("b")}),
            absl::UnavailableError("first"));
  EXPECT_EQ(StatusOfItems(Results{absl::DeadlineExceededError("only")}),
            absl::DeadlineExceededError("only"));
}

TEST(BatchItemTest, ItemsThatFailedDifferentlySpeakForThemselves) {
  EXPECT_THAT(StatusOfItems(Results{absl::UnavailableError(""), true}), IsOk());
  EXPECT_THAT(StatusOfItems(Results{false, absl::UnavailableError("")}), IsOk());
  EXPECT_THAT(StatusOfItems(Results{absl::UnavailableError(""), absl::DeadlineExceededError("")}),
              IsOk());
}

TEST(BatchItemTest, ItemsThatFailedByThemselvesSpeakForThemselves) {
  EXPECT_THAT(StatusOfItems(Results{absl::FailedPreconditionError("another type"),
                                    absl::FailedPreconditionError("another type")}),
              IsOk());
  EXPECT_THAT(StatusOfItems(Results{absl::ResourceExhaustedError("full")}), IsOk());
}

}  // namespace
}  // namespace cachestore
