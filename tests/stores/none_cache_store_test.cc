// SPDX-License-Identifier: Apache-2.0
#include "stores/none_cache_store.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "tests/testing/matchers.h"
#include "tests/testing/operations.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

const std::string kEtag(kEtagBytes, 'e');

class NoneCacheStoreTest : public ::testing::Test {
 protected:
  const std::unique_ptr<CacheStore> store_ =
      CreateNoneCacheStore({.max_key_bytes = 16, .max_value_bytes = 4096, .max_batch_keys = 3});
  BlockingCacheStore cache_{*store_};
};

TEST_F(NoneCacheStoreTest, SetIsAcceptedAndForgotten) {
  EXPECT_THAT(cache_.Set("key", absl::Cord("value"), absl::Hours(1)), IsOk());
  EXPECT_THAT(cache_.Get("key"), IsMiss());
  EXPECT_THAT(cache_.Exists("key"), IsOkAndHolds(false));
  EXPECT_THAT(cache_.Delete("key"), IsOkAndHolds(false));
}

TEST_F(NoneCacheStoreTest, ClearAndPingAreOk) {
  EXPECT_THAT(cache_.Clear(), IsOk());
  EXPECT_THAT(cache_.Ping(), IsOk());
}

TEST_F(NoneCacheStoreTest, ValuesAreChecked) {
  EXPECT_THAT(cache_.Set("key", absl::Cord(std::string(4096, 'v'))), IsOk());
  EXPECT_THAT(cache_.Set("key", absl::Cord(std::string(4097, 'v'))),
              StatusIs(kInvalid, HasSubstr("value: is 4097 bytes")));
}

TEST_F(NoneCacheStoreTest, TtlsAreChecked) {
  EXPECT_THAT(cache_.Set("key", absl::Cord(), absl::Nanoseconds(1)), IsOk());
  EXPECT_THAT(cache_.Set("key", absl::Cord(), absl::ZeroDuration()),
              StatusIs(kInvalid, HasSubstr("ttl: is 0")));
  EXPECT_THAT(cache_.Set("key", absl::Cord(), absl::InfiniteDuration()),
              StatusIs(kInvalid, HasSubstr("ttl: is inf")));
}

TEST_F(NoneCacheStoreTest, ReadsWithOptionsMiss) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache_.GetWith("key", {.want_etag = true, .want_ttl = true, .touch = absl::Hours(1)}),
              IsMiss());
  EXPECT_THAT(cache_.ExistsWith("key", {.want_ttl = true, .touch = absl::Hours(1)}),
              TellsExists(false));
}

TEST_F(NoneCacheStoreTest, ConditionsAreThoseOfAnEmptyCache) {
  const absl::Cord value("value");
  EXPECT_THAT(cache_.SetWith("key", value, {.ttl = absl::Hours(1)}), IsOkAndHolds(true));
  EXPECT_THAT(cache_.SetWith("key", value, {.keep_ttl = true}), IsOkAndHolds(true));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(cache_.SetWith("key", value, {.condition = SetCondition::IfAbsent()}),
                IsOkAndHolds(true));
  }
  EXPECT_THAT(cache_.SetWith("key", value, {.condition = SetCondition::IfPresent()}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache_.SetWith("key", value, {.condition = SetCondition::IfEtag(kEtag)}),
              IsOkAndHolds(false));
  EXPECT_THAT(cache_.DeleteIf("key", kEtag), IsOkAndHolds(false));
}

TEST_F(NoneCacheStoreTest, CountingIsUnimplemented) {
  EXPECT_THAT(cache_.Increment("key", 1, absl::Hours(1)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("caching is off")));
}

TEST_F(NoneCacheStoreTest, BatchesFindNothingAndForgetWhatTheyStore) {
  EXPECT_THAT(
      cache_.BatchSet({{.key = "a", .value = absl::Cord("1")},
                       {.key = "a",
                        .value = absl::Cord("2"),
                        .options = {.condition = SetCondition::IfPresent()}},
                       {.key = "b",
                        .value = absl::Cord("3"),
                        .options = {.condition = SetCondition::IfAbsent()}}}),
      IsOkAndHolds(ElementsAre(IsOkAndHolds(true), IsOkAndHolds(false), IsOkAndHolds(true))));
  EXPECT_THAT(cache_.BatchGet({"a", "b"}), IsOkAndHolds(ElementsAre(IsMiss(), IsMiss())));
  EXPECT_THAT(cache_.BatchExists({"a", "b"}),
              IsOkAndHolds(ElementsAre(IsOkAndHolds(false), IsOkAndHolds(false))));
  EXPECT_THAT(cache_.BatchDelete({"a"}), IsOkAndHolds(ElementsAre(IsOkAndHolds(false))));
}

TEST_F(NoneCacheStoreTest, KeyAtTheLimitIsTaken) {
  EXPECT_THAT(cache_.Get(std::string(16, 'k')), IsMiss());
}

TEST_F(NoneCacheStoreTest, EveryKeyIsChecked) {
  for (const Operation& operation : OperationsWithKey()) {
    for (const std::string& key : {std::string(), std::string(17, 'k')}) {
      absl::Status outcome;
      operation.start(*store_, key, {}, [&](absl::Status status) { outcome = std::move(status); });
      EXPECT_THAT(outcome, StatusIs(kInvalid, HasSubstr(operation.key_field + ": is ")))
          << operation.name;
    }
  }
}

TEST_F(NoneCacheStoreTest, OptionsAreChecked) {
  const absl::Cord value("value");
  EXPECT_THAT(cache_.GetWith("key", {.touch = absl::ZeroDuration()}),
              StatusIs(kInvalid, HasSubstr("touch: is 0")));
  EXPECT_THAT(cache_.ExistsWith("key", {.touch = absl::InfiniteDuration()}),
              StatusIs(kInvalid, HasSubstr("touch: is inf")));
  EXPECT_THAT(cache_.SetWith("key", value, {.ttl = absl::Hours(1), .keep_ttl = true}),
              StatusIs(kInvalid, HasSubstr("keep_ttl: ")));
  EXPECT_THAT(cache_.SetWith("key", value, {.condition = SetCondition::IfEtag("short")}),
              StatusIs(kInvalid, HasSubstr("if_etag: is 5 bytes")));
  EXPECT_THAT(cache_.DeleteIf("key", "short"),
              StatusIs(kInvalid, HasSubstr("if_etag: is 5 bytes")));
  EXPECT_THAT(cache_.Increment("key", 1, absl::ZeroDuration()),
              StatusIs(kInvalid, HasSubstr("ttl: is 0")));
}

TEST_F(NoneCacheStoreTest, BatchesAreChecked) {
  const std::vector<std::string> too_many(4, "key");
  EXPECT_THAT(cache_.BatchGet(too_many), StatusIs(kInvalid, HasSubstr("max_batch_keys")));
  EXPECT_THAT(cache_.BatchDelete(too_many), StatusIs(kInvalid, HasSubstr("max_batch_keys")));
  EXPECT_THAT(cache_.BatchExists(too_many), StatusIs(kInvalid, HasSubstr("max_batch_keys")));
  EXPECT_THAT(cache_.BatchSet(std::vector<SetEntry>(4, {.key = "key", .value = absl::Cord()})),
              StatusIs(kInvalid, HasSubstr("max_batch_keys")));
  EXPECT_THAT(cache_.BatchGet({}), StatusIs(kInvalid, HasSubstr("keys: is empty")));
  EXPECT_THAT(cache_.BatchSet({{.key = "a", .value = absl::Cord()},
                               {.key = "b", .value = absl::Cord(std::string(4097, 'v'))}}),
              StatusIs(kInvalid, HasSubstr("entries[1].value: is 4097 bytes")));
}

TEST_F(NoneCacheStoreTest, DeadlinesAreCheckedBeforeArguments) {
  const CallOptions passed = {.deadline = absl::Now() - absl::Seconds(1)};
  for (const Operation& operation : AllOperations()) {
    absl::Status outcome;
    operation.start(*store_, "", passed, [&](absl::Status status) { outcome = status; });
    EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kDeadlineExceeded)) << operation.name;
  }
}

TEST_F(NoneCacheStoreTest, EveryCallAfterCloseIsRefused) {
  ASSERT_THAT(cache_.Close(), IsOk());
  ASSERT_THAT(cache_.Close(), IsOk());
  const CallOptions passed = {.deadline = absl::InfinitePast()};
  for (const Operation& operation : AllOperations()) {
    absl::Status outcome;
    operation.start(*store_, "", passed, [&](absl::Status status) { outcome = status; });
    EXPECT_EQ(outcome, absl::FailedPreconditionError("store is closed")) << operation.name;
  }
}

TEST_F(NoneCacheStoreTest, CloseInsideACallbackAnswersAfterIt) {
  bool callback_ended = false;
  bool closed = false;
  store_->Ping({}, [&](absl::Status) {
    store_->Close([&](absl::Status status) {
      EXPECT_THAT(status, IsOk());
      EXPECT_TRUE(callback_ended);
      closed = true;
    });
    callback_ended = true;
  });
  EXPECT_TRUE(closed);
}

TEST(NoneCacheStoreLifeTest, DestructionInsideACallbackIsSafe) {
  for (const Operation& operation : AllOperations()) {
    std::unique_ptr<CacheStore> store = CreateNoneCacheStore({});
    operation.start(*store, "key", {}, [&](absl::Status) { store.reset(); });
    EXPECT_EQ(store, nullptr) << operation.name;
  }
}

}  // namespace
}  // namespace cachestore
