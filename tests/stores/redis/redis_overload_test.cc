// SPDX-License-Identifier: Apache-2.0
// More calls than a slow Redis can answer.
#include <grpcpp/grpcpp.h>

#include <array>
#include <cstddef>
#include <memory>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/stores/redis/redis_server.h"

namespace cachestore {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

// Gets that are all begun at once.
class Burst {
 public:
  static constexpr size_t kCalls = 80;

  explicit Burst(v1::CacheStore::Stub& cache) {
    v1::GetRequest request;
    request.set_key("key");
    for (Reply& reply : replies_) {
      reply.context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
      reply.reader = cache.AsyncGet(&reply.context, request, &queue_);
      reply.reader->Finish(&reply.response, &reply.status, &reply);
    }
  }

  // How the next one ends that does.
  grpc::Status Next() {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_.Next(&tag, &ok));
    return static_cast<Reply*>(tag)->status;
  }

 private:
  struct Reply {
    grpc::ClientContext context;
    v1::GetResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GetResponse>> reader;
  };

  grpc::CompletionQueue queue_;
  std::array<Reply, kCalls> replies_;
};

using RedisOverloadTest = TransportTest;

TEST_P(RedisOverloadTest, WhatIsBeyondTheLimitIsRefusedAtOnceAndTheRestIsAnswered) {
  constexpr size_t kLimit = 20;
  RedisServer redis;
  RunningServer server(GetParam(), {"--backend=redis", "--storage_url=" + redis.url(),
                                    "--redis_max_calls=20", "--redis_timeout=60s"});
  ASSERT_TRUE(server.Ping().ok());
  redis.Pause();
  Burst burst(server.cache());
  for (size_t i = kLimit; i < Burst::kCalls; ++i) {
    const grpc::Status refused = burst.Next();
    EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED) << refused.error_message();
    EXPECT_THAT(refused.error_message(), HasSubstr("too many calls in flight: the limit is 20"));
  }
  redis.Resume();
  for (size_t i = 0; i < kLimit; ++i) {
    const grpc::Status answered = burst.Next();
    EXPECT_TRUE(answered.ok()) << answered.error_message();
  }
  EXPECT_TRUE(server.Ping().ok()) << "and it is served as before";
}

INSTANTIATE_TEST_SUITE_P(Over, RedisOverloadTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
