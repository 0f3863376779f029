// SPDX-License-Identifier: Apache-2.0
#include "stores/none_cache_store.h"

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "tests/testing/matchers.h"
#include "tests/testing/operations.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class NoneCacheStoreTest : public ::testing::Test {
 protected:
  const std::unique_ptr<CacheStore> store_ =
      CreateNoneCacheStore({.max_key_bytes = 16, .max_value_bytes = 4096});
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

TEST_F(NoneCacheStoreTest, KeysAreChecked) {
  for (const std::string& key : {std::string(), std::string(17, 'k')}) {
    EXPECT_THAT(cache_.Get(key), StatusIs(kInvalid, HasSubstr("key: is ")));
    EXPECT_THAT(cache_.Set(key, absl::Cord()), StatusIs(kInvalid, HasSubstr("key: is ")));
    EXPECT_THAT(cache_.Delete(key), StatusIs(kInvalid, HasSubstr("key: is ")));
    EXPECT_THAT(cache_.Exists(key), StatusIs(kInvalid, HasSubstr("key: is ")));
  }
  EXPECT_THAT(cache_.Get(std::string(16, 'k')), IsMiss());
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
