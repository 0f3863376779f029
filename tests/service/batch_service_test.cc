// SPDX-License-Identifier: Apache-2.0

// cachestore.v1.CacheBatch over a real channel, through the stubs that any language would generate.
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch.grpc.pb.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"
#include "tests/service/unscripted_store.h"

namespace cachestore {
namespace {

using testing::HasSubstr;

// Keeps nothing, and fails for chosen keys.
class FailingStore final : public UnscriptedStore {
 public:
  explicit FailingStore(std::set<std::string> keys) : keys_(std::move(keys)) {}

  void Get(absl::string_view key, const CallOptions& /*options*/, GetCallback done) override {
    if (keys_.contains(std::string(key))) {
      return std::move(done)(absl::FailedPreconditionError(absl::StrCat("not ", key)));
    }
    std::move(done)(absl::Cord(key));
  }
  void Exists(absl::string_view key, const CallOptions& /*options*/, BoolCallback done) override {
    if (keys_.contains(std::string(key))) return std::move(done)(absl::UnavailableError("away"));
    std::move(done)(true);
  }

 private:
  const std::set<std::string> keys_;
};

class BatchServiceTest : public TransportTest {
 protected:
  void Serve(CacheStore& store, ServerOptions options) {
    server_ = std::make_unique<TestServer>(store, GetParam(), std::move(options));
    stub_ = v1::CacheBatch::NewStub(server_->channel());
  }
  void ServeMemory(const Limits& limits, ServerOptions options) {
    server_.reset();
    store_ = MemoryCacheStore::Create({.limits = limits}).value();
    Serve(*store_, std::move(options));
  }
  void SetUp() override { ServeMemory({}, {}); }

  grpc::Status Get(const v1::BatchGetRequest& request, v1::BatchGetResponse& response) {
    grpc::ClientContext context;
    return stub_->BatchGet(&context, request, &response);
  }
  grpc::Status Set(const v1::BatchSetRequest& request, v1::BatchSetResponse& response) {
    grpc::ClientContext context;
    return stub_->BatchSet(&context, request, &response);
  }

  static v1::BatchGetRequest Keys(int count) {
    v1::BatchGetRequest request;
    for (int i = 0; i < count; ++i) request.add_keys(absl::StrCat("key", i));
    return request;
  }
  static v1::BatchSetRequest Entries(int count, size_t value_bytes) {
    v1::BatchSetRequest request;
    for (int i = 0; i < count; ++i) {
      v1::SetRequest& entry = *request.add_entries();
      entry.set_key(absl::StrCat("key", i));
      entry.set_value(std::string(value_bytes, static_cast<char>('a' + i % 26)));
    }
    return request;
  }

  std::unique_ptr<MemoryCacheStore> store_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<v1::CacheBatch::Stub> stub_;
};

TEST_P(BatchServiceTest, EveryOperationWorksThroughGeneratedStubs) {
  v1::BatchSetResponse set;
  ASSERT_TRUE(Set(Entries(3, 5), set).ok());
  ASSERT_EQ(set.results_size(), 3);
  EXPECT_TRUE(set.results(0).stored() && set.results(1).stored() && set.results(2).stored());

  v1::BatchGetResponse got;
  ASSERT_TRUE(Get(Keys(4), got).ok());
  ASSERT_EQ(got.results_size(), 4);
  EXPECT_EQ(got.results(0).value(), "aaaaa");
  EXPECT_EQ(got.results(2).value(), "ccccc");
  EXPECT_FALSE(got.results(3).has_value());
  EXPECT_FALSE(got.results(3).has_error());

  grpc::ClientContext delete_context;
  v1::BatchDeleteRequest remove;
  v1::BatchDeleteResponse removed;
  remove.add_keys("key1");
  remove.add_keys("key1");
  ASSERT_TRUE(stub_->BatchDelete(&delete_context, remove, &removed).ok());
  ASSERT_EQ(removed.results_size(), 2);
  EXPECT_TRUE(removed.results(0).deleted());
  EXPECT_FALSE(removed.results(1).deleted());

  grpc::ClientContext exists_context;
  v1::BatchExistsRequest exists;
  v1::BatchExistsResponse found;
  exists.add_keys("key0");
  exists.add_keys("key1");
  ASSERT_TRUE(stub_->BatchExists(&exists_context, exists, &found).ok());
  ASSERT_EQ(found.results_size(), 2);
  EXPECT_TRUE(found.results(0).exists());
  EXPECT_FALSE(found.results(1).exists());
}

TEST_P(BatchServiceTest, AnEmptyBatchIsRefused) {
  v1::BatchGetResponse response;
  const grpc::Status status = Get({}, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("keys: is empty"));
}

TEST_P(BatchServiceTest, TakesAsManyKeysAsItMayAndNotOneMore) {
  v1::BatchGetResponse response;
  EXPECT_TRUE(Get(Keys(1000), response).ok());
  EXPECT_EQ(response.results_size(), 1000);
  const grpc::Status status = Get(Keys(1001), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("the limit is 1000 (max_batch_keys)"));
}

TEST_P(BatchServiceTest, MillionsOfEmptyEntriesAreRefusedByTheirNumber) {
  v1::BatchSetRequest request;
  for (int i = 0; i < 2'000'000; ++i) request.add_entries();
  v1::BatchSetResponse response;
  const grpc::Status status = Set(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("entries: has 2000000 of them"));
}

TEST_P(BatchServiceTest, TakesAsManyBytesAsItMayAndNotOneMore) {
  v1::BatchSetRequest request = Entries(4, 1'000);
  const size_t bytes = request.ByteSizeLong();
  ServeMemory({}, {.max_batch_bytes = bytes});
  v1::BatchSetResponse response;
  EXPECT_TRUE(Set(request, response).ok());
  request.mutable_entries(3)->mutable_value()->push_back('x');
  const grpc::Status status = Set(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(),
              HasSubstr(absl::StrCat("request: is ", bytes + 1, " bytes; the limit is ", bytes,
                                     " bytes (max_batch_bytes)")));
}

TEST_P(BatchServiceTest, TheDefaultLimitOfBytesIsFourMebibytesLess64Kibibytes) {
  v1::BatchSetRequest request = Entries(4, 1'035'000);
  v1::BatchSetResponse response;
  const grpc::Status status = Set(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("the limit is 4128768 bytes"));
}

TEST_P(BatchServiceTest, OneBadEntryRefusesTheBatchAndNothingIsStored) {
  v1::BatchSetRequest request = Entries(3, 5);
  request.mutable_entries(1)->clear_key();
  v1::BatchSetResponse response;
  const grpc::Status status = Set(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("entries[1].key: is empty"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
}

TEST_P(BatchServiceTest, AForgottenConditionRefusesTheBatchAndNothingIsStored) {
  v1::BatchSetRequest request = Entries(3, 5);
  request.mutable_entries(2)->set_if_absent(false);
  v1::BatchSetResponse response;
  const grpc::Status status = Set(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("entries[2].if_absent: is false"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
}

TEST_P(BatchServiceTest, BytesThatAreNoMessageAreRefused) {
  for (const char* method : {"BatchGet", "BatchSet", "BatchDelete", "BatchExists"}) {
    EXPECT_EQ(server_->CallRaw(absl::StrCat("/cachestore.v1.CacheBatch/", method), "\x0a\x7f")
                  .error_code(),
              grpc::StatusCode::INVALID_ARGUMENT)
        << method;
  }
}

TEST_P(BatchServiceTest, ValuesForWhichTheReplyHasNoRoomAreToBeFetchedAlone) {
  constexpr size_t kMaxBytes = 10'000;
  ServeMemory({}, {.max_batch_bytes = kMaxBytes});
  for (int i = 0; i < 20; ++i) {
    v1::BatchSetResponse stored;
    v1::BatchSetRequest request;
    *request.add_entries() = Entries(20, 1'000).entries(i);
    ASSERT_TRUE(Set(request, stored).ok());
  }
  v1::BatchGetResponse response;
  ASSERT_TRUE(Get(Keys(20), response).ok());
  EXPECT_LE(response.ByteSizeLong(), kMaxBytes);
  ASSERT_EQ(response.results_size(), 20);
  EXPECT_EQ(response.results(0).value().size(), 1'000u);
  EXPECT_EQ(response.results(19).error().code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(response.results(19).error().message(), HasSubstr("max_batch_bytes"));
}

TEST_P(BatchServiceTest, ABackendThatFailsForSomeKeysFailsJustThose) {
  FailingStore store({"key1", "key3"});
  server_.reset();
  Serve(store, {});
  v1::BatchGetResponse response;
  ASSERT_TRUE(Get(Keys(4), response).ok());
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_EQ(response.results(0).value(), "key0");
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(response.results(1).error().message(), "not key1");
  EXPECT_FALSE(response.results(1).has_value());
  EXPECT_EQ(response.results(2).value(), "key2");
  EXPECT_EQ(response.results(3).error().message(), "not key3");
}

TEST_P(BatchServiceTest, ABackendThatIsAwayForEveryKeyFailsTheCall) {
  FailingStore store({"key0", "key1"});
  server_.reset();
  Serve(store, {});
  grpc::ClientContext context;
  v1::BatchExistsRequest request;
  request.add_keys("key0");
  request.add_keys("key1");
  v1::BatchExistsResponse response;
  EXPECT_EQ(stub_->BatchExists(&context, request, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

INSTANTIATE_TEST_SUITE_P(Over, BatchServiceTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
