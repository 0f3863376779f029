// SPDX-License-Identifier: Apache-2.0

// A server whose machine's clock is set back while it runs.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/service/scripted_store.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

std::atomic<int> set_back_seconds{0};

}  // namespace
}  // namespace cachestore

// The C library's, for this program: the wall clock is as far back as a test says. The names that
// <time.h> has for the parameters are not for us to use.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int64_t result = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec -= cachestore::set_back_seconds;
  return static_cast<int>(result);
}

namespace cachestore {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr std::chrono::seconds kLong(20);

class ClockSetBackTest : public TransportTest {
 protected:
  ~ClockSetBackTest() override { set_back_seconds = 0; }

  void SetBack() {
    const absl::Time before = absl::Now();
    set_back_seconds = 3'600;
    ASSERT_LT(absl::Now(), before) << "this test does not reach the clock of the program";
  }

  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> Watch(TestServer& server) {
    // By a clock that is not set back yet: the call ends when the test has waited too long.
    context_.set_deadline(std::chrono::system_clock::now() + kLong);
    HealthCheckRequest request;
    request.set_service("cachestore.v1.CacheStore");
    stub_ = server.health();
    return stub_->Watch(&context_, request);
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
};

TEST_P(ClockSetBackTest, ReadinessFollowsTheBackendAllTheSame) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.health_interval = absl::Milliseconds(20)});
  const auto watch = Watch(server);
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  ASSERT_EQ(response.status(), HealthCheckResponse::SERVING);

  SetBack();

  store.AnswerPingsWith(absl::UnavailableError("down"));
  ASSERT_TRUE(watch->Read(&response)) << "no ping since the clock was set back";
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
}

TEST_P(ClockSetBackTest, TheDrainEndsAtItsTimeoutAllTheSame) {
  ScriptedStore store;
  TestServer server(store, GetParam(), {.drain_timeout = absl::Milliseconds(200)});
  const auto watch = Watch(server);
  std::thread caller([&] {
    grpc::ClientContext context;
    v1::GetRequest request;
    request.set_key("key");
    v1::GetResponse response;
    EXPECT_EQ(server.cache()->Get(&context, request, &response).error_code(),
              grpc::StatusCode::UNAVAILABLE);
  });
  store.AwaitGets(1);
  std::future<bool> drained =
      std::async(std::launch::async, [&] { return server.server().Drain(); });
  // The stream ends when the drain has begun.
  HealthCheckResponse response;
  while (watch->Read(&response)) {
  }

  SetBack();

  EXPECT_EQ(drained.wait_for(kLong), std::future_status::ready) << "waits for the clock";
  store.AnswerGets();
  EXPECT_FALSE(drained.get());
  caller.join();
}

INSTANTIATE_TEST_SUITE_P(Over, ClockSetBackTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
