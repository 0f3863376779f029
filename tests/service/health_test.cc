// SPDX-License-Identifier: Apache-2.0

// grpc.health.v1 as a client sees it, over a real channel.
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/none_cache_store.h"
#include "tests/service/scripted_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

using HealthTest = TransportTest;

constexpr char kReadiness[] = "cachestore.v1.CacheStore";

// Pings follow each other quickly, so that no test waits for one.
constexpr absl::Duration kQuick = absl::Milliseconds(20);

HealthCheckRequest RequestFor(const std::string& service) {
  HealthCheckRequest request;
  request.set_service(service);
  return request;
}

grpc::Status Check(TestServer& server, const std::string& service, HealthCheckResponse& response) {
  grpc::ClientContext context;
  return server.health()->Check(&context, RequestFor(service), &response);
}

// One Watch, read message by message.
class Watcher {
 public:
  Watcher(TestServer& server, const std::string& service)
      : stub_(server.health()), reader_(stub_->Watch(&context_, RequestFor(service))) {}

  // The next status, or UNKNOWN if the stream has ended. Blocks.
  HealthCheckResponse::ServingStatus Next() {
    HealthCheckResponse response;
    return reader_->Read(&response) ? response.status() : HealthCheckResponse::UNKNOWN;
  }

  grpc::Status Finish() { return reader_->Finish(); }
  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader_;
};

TEST_P(HealthTest, AServerOverAStoreThatAnswersIsServing) {
  const auto store = CreateNoneCacheStore({});
  TestServer server(*store, GetParam());
  for (const char* service : {"", kReadiness}) {
    HealthCheckResponse response;
    ASSERT_TRUE(Check(server, service, response).ok()) << service;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING) << service;
  }
}

TEST_P(HealthTest, ABackendThatIsDownAtTheStartIsNotServingFromTheFirstCall) {
  ScriptedStore store;
  store.AnswerPingsWith(absl::UnavailableError("down"));
  TestServer server(store, GetParam());
  HealthCheckResponse response;
  ASSERT_TRUE(Check(server, kReadiness, response).ok());
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
}

TEST_P(HealthTest, LivenessDoesNotDependOnTheBackend) {
  ScriptedStore store;
  store.AnswerPingsWith(absl::UnavailableError("down"));
  TestServer server(store, GetParam());
  HealthCheckResponse response;
  ASSERT_TRUE(Check(server, "", response).ok());
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
}

TEST_P(HealthTest, CheckOfAnUnknownServiceIsNotFound) {
  const auto store = CreateNoneCacheStore({});
  TestServer server(*store, GetParam());
  HealthCheckResponse response;
  EXPECT_EQ(Check(server, "no.such.Service", response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_P(HealthTest, WatchOfAnUnknownServiceSaysSoAndStaysOpen) {
  const auto store = CreateNoneCacheStore({});
  TestServer server(*store, GetParam());
  Watcher watcher(server, "no.such.Service");
  EXPECT_EQ(watcher.Next(), HealthCheckResponse::SERVICE_UNKNOWN);
  watcher.Cancel();
  EXPECT_EQ(watcher.Next(), HealthCheckResponse::UNKNOWN);
  EXPECT_EQ(watcher.Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_P(HealthTest, AWatchThatNeverAsksIsAnError) {
  const auto store = CreateNoneCacheStore({});
  TestServer server(*store, GetParam());
  grpc::ClientContext context;
  // Not for the server: if it leaves the stream open, the test ends all the same.
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  // Generated stubs cannot leave out the request.
  const grpc::internal::RpcMethod watch("/grpc.health.v1.Health/Watch",
                                        grpc::internal::RpcMethod::BIDI_STREAMING);
  using Streams =
      grpc::internal::ClientReaderWriterFactory<HealthCheckRequest, HealthCheckResponse>;
  const std::unique_ptr<grpc::ClientReaderWriter<HealthCheckRequest, HealthCheckResponse>> stream(
      Streams::Create(server.channel().get(), watch, &context));
  ASSERT_TRUE(stream->WritesDone());
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("HealthCheckRequest"));
}

TEST_P(HealthTest, WatchSeesTheBackendGoAndComeBack) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.health_interval = kQuick});
  Watcher watcher(server, kReadiness);
  ASSERT_EQ(watcher.Next(), HealthCheckResponse::SERVING);
  store.AnswerPingsWith(absl::UnavailableError("down"));
  EXPECT_EQ(watcher.Next(), HealthCheckResponse::NOT_SERVING);
  store.AnswerPingsWith(absl::OkStatus());
  EXPECT_EQ(watcher.Next(), HealthCheckResponse::SERVING);
}

TEST_P(HealthTest, WatchSeesTheDrainAndThenEnds) {
  const auto store = CreateNoneCacheStore({});
  TestServer server(*store, GetParam());
  Watcher readiness(server, kReadiness);
  Watcher liveness(server, "");
  ASSERT_EQ(readiness.Next(), HealthCheckResponse::SERVING);
  ASSERT_EQ(liveness.Next(), HealthCheckResponse::SERVING);

  EXPECT_TRUE(server.server().Drain());

  EXPECT_EQ(readiness.Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(readiness.Next(), HealthCheckResponse::UNKNOWN);
  EXPECT_EQ(readiness.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(liveness.Next(), HealthCheckResponse::UNKNOWN);
  EXPECT_EQ(liveness.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_P(HealthTest, ManyWatchersComeAndGoWhileTheBackendFlaps) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.health_interval = absl::Milliseconds(1)});
  std::thread flapping([&] {
    for (int i = 0; i < 100; ++i) {
      store.AnswerPingsWith(i % 2 == 0 ? absl::UnavailableError("down") : absl::OkStatus());
      HealthCheckResponse response;
      EXPECT_TRUE(Check(server, kReadiness, response).ok());
    }
  });
  for (int i = 0; i < 50; ++i) {
    Watcher watcher(server, kReadiness);
    EXPECT_NE(watcher.Next(), HealthCheckResponse::UNKNOWN);
    watcher.Cancel();
  }
  flapping.join();
  EXPECT_TRUE(server.server().Drain());
  EXPECT_EQ(server.server().counts().started, server.server().counts().finished);
}

INSTANTIATE_TEST_SUITE_P(Over, HealthTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
