// SPDX-License-Identifier: Apache-2.0

// cachestore.v1.CacheStore over a real channel, through the stubs that any language would generate.
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/scripted_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CacheServiceTest : public TransportTest {
 protected:
  grpc::Status Get(const std::string& key, v1::GetResponse& response) {
    grpc::ClientContext context;
    v1::GetRequest request;
    request.set_key(key);
    return stub_->Get(&context, request, &response);
  }

  grpc::Status Set(const v1::SetRequest& request) {
    grpc::ClientContext context;
    v1::SetResponse response;
    return stub_->Set(&context, request, &response);
  }

  grpc::Status Set(const std::string& key, const std::string& value) {
    v1::SetRequest request;
    request.set_key(key);
    request.set_value(value);
    return Set(request);
  }

  std::unique_ptr<MemoryCacheStore> store_ = *MemoryCacheStore::Create({});
  TestServer server_{*store_, GetParam()};
  std::unique_ptr<v1::CacheStore::Stub> stub_ = server_.cache();
};

TEST_P(CacheServiceTest, TellsAMissFromAnEmptyValue) {
  v1::GetResponse response;
  ASSERT_TRUE(Get("key", response).ok());
  EXPECT_FALSE(response.has_value());
  ASSERT_TRUE(Set("key", "").ok());
  ASSERT_TRUE(Get("key", response).ok());
  EXPECT_TRUE(response.has_value());
  EXPECT_EQ(response.value(), "");
}

TEST_P(CacheServiceTest, EveryOperationWorksThroughGeneratedStubs) {
  ASSERT_TRUE(Set("key", std::string("\0value\xff", 7)).ok());
  v1::GetResponse value;
  ASSERT_TRUE(Get("key", value).ok());
  EXPECT_EQ(value.value(), std::string("\0value\xff", 7));

  v1::ExistsRequest exists_request;
  exists_request.set_key("key");
  v1::ExistsResponse exists;
  grpc::ClientContext exists_context;
  ASSERT_TRUE(stub_->Exists(&exists_context, exists_request, &exists).ok());
  EXPECT_TRUE(exists.exists());

  v1::DeleteRequest delete_request;
  delete_request.set_key("key");
  v1::DeleteResponse deleted;
  grpc::ClientContext delete_context;
  ASSERT_TRUE(stub_->Delete(&delete_context, delete_request, &deleted).ok());
  EXPECT_TRUE(deleted.deleted());

  ASSERT_TRUE(Set("other", "value").ok());
  v1::ClearResponse cleared;
  grpc::ClientContext clear_context;
  ASSERT_TRUE(stub_->Clear(&clear_context, {}, &cleared).ok());
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0);

  v1::PingResponse pong;
  grpc::ClientContext ping_context;
  EXPECT_TRUE(stub_->Ping(&ping_context, {}, &pong).ok());
}

TEST_P(CacheServiceTest, AValueThatIsTooLargeMeetsTheStoresOwnError) {
  const grpc::Status status = Set("key", std::string((1 << 20) + 1, 'v'));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), AllOf(HasSubstr("value: is 1048577 bytes"),
                                            HasSubstr("1048576"), Not(HasSubstr("vvv"))));
}

TEST_P(CacheServiceTest, BeyondTheReceiveLimitTheTransportAnswersItself) {
  EXPECT_EQ(Set("key", std::string(5 << 20, 'v')).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_P(CacheServiceTest, AMalformedTtlIsRefused) {
  v1::SetRequest request;
  request.set_key("key");
  request.mutable_ttl()->set_seconds(1);
  request.mutable_ttl()->set_nanos(-1);
  const grpc::Status status = Set(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("ttl: "));
}

TEST_P(CacheServiceTest, ATtlReachesTheStore) {
  v1::SetRequest request;
  request.set_key("key");
  request.mutable_ttl()->set_seconds(int64_t{366} * 24 * 3600);
  EXPECT_THAT(Set(request).error_message(), HasSubstr("ttl: is 8784h"));
}

TEST_P(CacheServiceTest, AnUnknownMethodIsUnimplemented) {
  EXPECT_EQ(server_.CallRaw("/cachestore.v1.CacheStore/NoSuch", "").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_P(CacheServiceTest, OptionsOfGetAreAnswered) {
  ASSERT_TRUE(Set("key", "abc").ok());
  grpc::ClientContext context;
  v1::GetRequest request;
  request.set_key("key");
  request.set_want_etag(true);
  request.set_want_ttl(true);
  request.mutable_touch()->set_seconds(60);
  v1::GetResponse response;
  ASSERT_TRUE(stub_->Get(&context, request, &response).ok());
  EXPECT_EQ(response.value(), "abc");
  EXPECT_EQ(absl::BytesToHexString(response.etag()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(response.ttl().seconds(), 60);
}

TEST_P(CacheServiceTest, OptionsOfExistsAreAnswered) {
  ASSERT_TRUE(Set("key", "abc").ok());
  grpc::ClientContext context;
  v1::ExistsRequest request;
  request.set_key("key");
  request.set_want_ttl(true);
  request.mutable_touch()->set_seconds(60);
  v1::ExistsResponse response;
  ASSERT_TRUE(stub_->Exists(&context, request, &response).ok());
  EXPECT_TRUE(response.exists());
  EXPECT_EQ(response.ttl().seconds(), 60);
}

TEST_P(CacheServiceTest, AnUnmetConditionIsAnAnswerAndNoError) {
  v1::SetRequest request;
  request.set_key("key");
  request.set_value("1");
  for (const bool stored : {true, false}) {
    request.set_if_absent(true);
    grpc::ClientContext context;
    v1::SetResponse response;
    ASSERT_TRUE(stub_->Set(&context, request, &response).ok());
    EXPECT_EQ(response.stored(), stored);
  }
  request.clear_condition();
  grpc::ClientContext context;
  v1::SetResponse response;
  ASSERT_TRUE(stub_->Set(&context, request, &response).ok());
  EXPECT_TRUE(response.stored());
}

TEST_P(CacheServiceTest, AForgottenConditionIsRefusedAndNothingIsStored) {
  v1::SetRequest request;
  request.set_key("key");
  request.set_if_absent(false);
  EXPECT_THAT(Set(request).error_message(), HasSubstr("if_absent: is false"));
  request.set_if_present(false);
  EXPECT_THAT(Set(request).error_message(), HasSubstr("if_present: is false"));
  request.set_if_etag("");
  EXPECT_THAT(Set(request).error_message(), HasSubstr("if_etag: is 0 bytes"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
}

TEST_P(CacheServiceTest, ADeleteWithAnEmptyEtagIsRefusedAndNothingIsRemoved) {
  ASSERT_TRUE(Set("key", "value").ok());
  grpc::ClientContext context;
  v1::DeleteRequest request;
  request.set_key("key");
  request.set_if_etag("");
  v1::DeleteResponse response;
  const grpc::Status status = stub_->Delete(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("if_etag: is 0 bytes"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 1u);
}

TEST_P(CacheServiceTest, CloseFromThisMachineStartsTheDrainAndAnswersOk) {
  grpc::ClientContext context;
  v1::CloseResponse response;
  EXPECT_TRUE(stub_->Close(&context, {}, &response).ok());
  EXPECT_TRUE(server_.server().Drain());
  EXPECT_EQ(server_.close_calls(), 1);
}

TEST_P(CacheServiceTest, ValuesOfEverySizeComeBackTheSame) {
  for (const size_t size : {0, 1, 15, 16, 511, 512, 4'083, 4'084, 65'536, 1 << 20}) {
    std::string value(size, '\0');
    for (size_t i = 0; i < size; ++i) value[i] = static_cast<char>(i * 7 + i / 250);
    ASSERT_TRUE(Set("key", value).ok()) << size;
    v1::GetResponse response;
    ASSERT_TRUE(Get("key", response).ok()) << size;
    ASSERT_EQ(response.value(), value) << size;
  }
}

TEST_P(CacheServiceTest, ACallerThatStopsWaitingDoesNotHoldTheServerUp) {
  ScriptedStore store;
  TestServer server(store, GetParam());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  v1::GetRequest request;
  request.set_key("key");
  v1::GetResponse response;
  EXPECT_EQ(server.cache()->Get(&context, request, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  store.AwaitGets(1);
  store.AnswerGets();
  EXPECT_TRUE(server.server().Drain());
  EXPECT_EQ(server.server().counts().finished, server.server().counts().started);
}

INSTANTIATE_TEST_SUITE_P(Over, CacheServiceTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
