// SPDX-License-Identifier: Apache-2.0

// cachestore.v1.CacheCounter over a real channel, through the stubs that any language would
// generate.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/counter.grpc.pb.h"
#include "stores/memory/memory_cache_store.h"
#include "stores/none_cache_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/manual_clock.h"

namespace cachestore {
namespace {

using testing::HasSubstr;

class CounterServiceTest : public TransportTest {
 protected:
  grpc::Status Increment(int64_t delta, v1::IncrementResponse& response, int64_t ttl_seconds = 0) {
    grpc::ClientContext context;
    v1::IncrementRequest request;
    request.set_key("visits");
    request.set_delta(delta);
    if (ttl_seconds != 0) request.mutable_ttl()->set_seconds(ttl_seconds);
    return stub_->Increment(&context, request, &response);
  }

  ManualClock clock_;
  std::unique_ptr<MemoryCacheStore> store_ = *MemoryCacheStore::Create({.clock = clock_});
  TestServer server_{*store_, GetParam()};
  std::unique_ptr<v1::CacheCounter::Stub> stub_ = v1::CacheCounter::NewStub(server_.channel());
};

TEST_P(CounterServiceTest, CountsAndTellsWhatRemainsOfTheFirstTtl) {
  v1::IncrementResponse response;
  ASSERT_TRUE(Increment(40, response, 60).ok());
  EXPECT_EQ(response.value(), 40);
  EXPECT_EQ(response.ttl().seconds(), 60);
  clock_.Advance(absl::Seconds(20));
  ASSERT_TRUE(Increment(2, response, 60).ok());
  EXPECT_EQ(response.value(), 42);
  EXPECT_EQ(response.ttl().seconds(), 40);
  clock_.Advance(absl::Seconds(41));
  ASSERT_TRUE(Increment(-1, response).ok());
  EXPECT_EQ(response.value(), -1);
  EXPECT_EQ(response.ttl().seconds(), 300);
}

TEST_P(CounterServiceTest, AnOverflowIsOutOfRange) {
  v1::IncrementResponse response;
  ASSERT_TRUE(Increment(std::numeric_limits<int64_t>::max(), response).ok());
  EXPECT_EQ(response.value(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Increment(1, response).error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

TEST_P(CounterServiceTest, ATtlThatIsNoneIsRefused) {
  v1::IncrementResponse response;
  const grpc::Status status = Increment(1, response, -1);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("ttl: is -1s"));
  EXPECT_EQ(store_->GetStats().memory.value().entries, 0u);
}

TEST_P(CounterServiceTest, BytesThatAreNoMessageAreRefused) {
  EXPECT_EQ(server_.CallRaw("/cachestore.v1.CacheCounter/Increment", "\x0a\x7f").error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(CounterServiceTest, WithoutACacheNothingIsCounted) {
  const std::unique_ptr<CacheStore> none = CreateNoneCacheStore({});
  TestServer server(*none, GetParam());
  grpc::ClientContext context;
  v1::IncrementRequest request;
  request.set_key("visits");
  v1::IncrementResponse response;
  const grpc::Status status =
      v1::CacheCounter::NewStub(server.channel())->Increment(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_THAT(status.error_message(), HasSubstr("caching is off"));
}

INSTANTIATE_TEST_SUITE_P(Over, CounterServiceTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
