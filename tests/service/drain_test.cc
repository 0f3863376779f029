// SPDX-License-Identifier: Apache-2.0

// The drain of a server in this process, over a store that answers when the test says so.
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/service/scripted_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"

namespace cachestore {
namespace {

using DrainTest = TransportTest;

grpc::Status Get(TestServer& server, const std::string& key, std::string& value) {
  grpc::ClientContext context;
  v1::GetRequest request;
  request.set_key(key);
  v1::GetResponse response;
  grpc::Status status = server.cache()->Get(&context, request, &response);
  value = response.value();
  return status;
}

TEST_P(DrainTest, CallsInFlightGetTheirOwnAnswer) {
  ScriptedStore store;
  TestServer server(store, GetParam());
  std::vector<std::thread> callers;
  for (int i = 0; i < 10; ++i) {
    callers.emplace_back([&server, key = std::to_string(i)] {
      std::string value;
      EXPECT_TRUE(Get(server, key, value).ok());
      EXPECT_EQ(value, key);
    });
  }
  store.AwaitGets(10);
  std::future<bool> drained = std::async([&] { return server.server().Drain(); });
  store.AnswerGets();
  EXPECT_TRUE(drained.get());
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(server.server().counts().started, 10);
  EXPECT_EQ(server.server().counts().finished, 10);
}

TEST_P(DrainTest, CallsThatOutlastTheTimeoutAreReportedAndCancelled) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.drain_timeout = absl::Milliseconds(100)});
  std::thread caller([&] {
    std::string value;
    EXPECT_EQ(Get(server, "key", value).error_code(), grpc::StatusCode::UNAVAILABLE);
  });
  store.AwaitGets(1);
  EXPECT_FALSE(server.server().Drain());
  caller.join();
  EXPECT_EQ(server.server().counts().started, 1);
  EXPECT_EQ(server.server().counts().finished, 0);
  // The store's answer still finds its call, and only then is the server gone.
  store.AnswerGets();
  server.Destroy();
}

TEST_P(DrainTest, AServerThatWasDrainedRefusesNewCalls) {
  ScriptedStore store;
  TestServer server(store, GetParam());
  EXPECT_TRUE(server.server().Drain());
  std::string value;
  EXPECT_EQ(Get(server, "key", value).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_P(DrainTest, AServerCanBeDestroyedWithoutDrain) {
  ScriptedStore store;
  TestServer server(store, GetParam());
  server.Destroy();
}

TEST_P(DrainTest, CallsThatKeepComingMeetNoHalfDestroyedServer) {
  ScriptedStore store;
  for (int i = 0; i < 20; ++i) {
    TestServer server(store, GetParam());
    std::atomic<bool> goes_on{true};  // Another process may listen at the same port next.
    std::vector<std::thread> callers;
    for (int j = 0; j < 8; ++j) {
      callers.emplace_back([&goes_on, channel = server.NewChannel()] {
        const auto stub = v1::CacheStore::NewStub(channel);
        grpc::Status status;
        while (status.ok() && goes_on.load()) {
          grpc::ClientContext context;
          v1::PingResponse pong;
          status = stub->Ping(&context, {}, &pong);
        }
      });
    }
    EXPECT_TRUE(AwaitUntil([&] { return server.server().counts().finished >= 100; }))
        << "the callers are not answered";
    server.Destroy();
    goes_on.store(false);
    for (std::thread& caller : callers) caller.join();
  }
}

TEST_P(DrainTest, CallersWhoGoOnCallingAreAnsweredOrRefused) {
  ScriptedStore store;
  TestServer server(store, GetParam());
  std::atomic<uint64_t> answered{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 32; ++i) {
    callers.emplace_back([&, channel = server.NewChannel()] {
      while (true) {
        grpc::ClientContext context;
        v1::PingResponse pong;
        const grpc::Status status = v1::CacheStore::NewStub(channel)->Ping(&context, {}, &pong);
        if (!status.ok()) {
          EXPECT_TRUE(IsRefusal(status, GetParam()))
              << status.error_code() << " " << status.error_message();
          return;
        }
        ++answered;
      }
    });
  }
  EXPECT_TRUE(AwaitUntil([&] { return server.server().counts().finished >= 1'000; }))
      << "the callers are not answered";
  EXPECT_TRUE(server.server().Drain());
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(server.server().counts().started, answered);
  EXPECT_EQ(server.server().counts().finished, answered);
}

TEST_P(DrainTest, WhileItDelaysItTakesCallsButIsNotReady) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.drain_delay = absl::Seconds(1)});
  grpc::ClientContext watch_context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("cachestore.v1.CacheStore");
  const auto stub = server.health();
  const auto watch = stub->Watch(&watch_context, request);
  grpc::health::v1::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  ASSERT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);

  std::future<bool> drained = std::async([&] { return server.server().Drain(); });
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  v1::PingResponse pong;
  grpc::ClientContext context;
  EXPECT_TRUE(server.cache()->Ping(&context, {}, &pong).ok());
  EXPECT_TRUE(drained.get());
}

INSTANTIATE_TEST_SUITE_P(Over, DrainTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
