// SPDX-License-Identifier: Apache-2.0

// cache_server as people run it: a process with flags, an environment and signals.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

using CacheServerProcessTest = TransportTest;

constexpr auto kServer = RunningServer::kServer;

TEST_P(CacheServerProcessTest, SaysInOneLineWhatItServes) {
  RunningServer server(GetParam(), {"--max_entries=77"});
  EXPECT_THAT(server.start_line(),
              AllOf(StartsWith("cache_server: serving on "), HasSubstr(server.address()),
                    HasSubstr("backend memory"), HasSubstr("max_entries 77"),
                    HasSubstr("max_value_bytes 1MiB")));
}

TEST_P(CacheServerProcessTest, StopsOnSigtermWithExitCodeZeroAndItsCounts) {
  RunningServer server(GetParam());
  ASSERT_TRUE(server.Ping().ok());
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(),
              EndsWith("1 calls started, 1 finished, 0 in error\n"));
}

TEST_P(CacheServerProcessTest, CountsTheCallsThatEndInAnError) {
  RunningServer server(GetParam());
  grpc::ClientContext context;
  v1::GetResponse response;
  ASSERT_FALSE(server.cache().Get(&context, {}, &response).ok()) << "the key was empty";
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(),
              EndsWith("1 calls started, 1 finished, 1 in error\n"));
}

TEST_P(CacheServerProcessTest, WarnsOfEntriesThatMayTakeMoreMemoryThanThereIs) {
  RunningServer server(GetParam(), {"--max_bytes=1000TiB"});
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(
      server.process().standard_error(),
      HasSubstr("warning: entries may take 1000 TiB (max_bytes), and this process may have "));
}

TEST_P(CacheServerProcessTest, StopsOnSigintToo) {
  RunningServer server(GetParam());
  server.process().Signal(SIGINT);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(), HasSubstr("draining: Interrupt"));
}

TEST_P(CacheServerProcessTest, TheCloseRpcEndsTheProcess) {
  RunningServer server(GetParam());
  grpc::ClientContext context;
  v1::CloseResponse response;
  ASSERT_TRUE(server.cache().Close(&context, {}, &response).ok());
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(), HasSubstr("draining: Close was called"));
}

TEST_P(CacheServerProcessTest, ASecondCloseAndASignalDuringTheDrainChangeNothing) {
  RunningServer server(GetParam(), {"--drain_delay=1s"});
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    v1::CloseResponse response;
    ASSERT_TRUE(server.cache().Close(&context, {}, &response).ok());
  }
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(),
              EndsWith("2 calls started, 2 finished, 0 in error\n"));
}

TEST_P(CacheServerProcessTest, NoAcceptedCallIsLostUnderLoad) {
  RunningServer server(GetParam());
  std::atomic<int> answered{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, key = absl::StrCat("key", i)] {
      // Until the server is gone: what it accepted it answers, and the rest it refuses.
      while (true) {
        grpc::ClientContext context;
        v1::SetRequest request;
        request.set_key(key);
        request.set_value(std::string(1'000, 'v'));
        v1::SetResponse response;
        const grpc::Status status = server.cache().Set(&context, request, &response);
        if (status.ok()) {
          ++answered;
          continue;
        }
        EXPECT_TRUE(IsRefusal(status, GetParam()))
            << status.error_code() << " " << status.error_message();
        return;
      }
    });
  }
  EXPECT_TRUE(AwaitUntil([&] { return answered >= 1'000; })) << "the callers are not answered";
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  for (std::thread& caller : callers) caller.join();
  const std::string& log = server.process().standard_error();
  int started = 0;
  int finished = 0;
  ASSERT_EQ(sscanf(log.c_str() + log.rfind("stopped: "), "stopped: %d calls started, %d finished",
                   &started, &finished),
            2)
      << log;
  EXPECT_EQ(started, finished);
  EXPECT_EQ(finished, answered) << "a call that the server answered failed at its caller";
}

TEST_P(CacheServerProcessTest, ReadinessEndsFirstAndCallsGoOnThroughTheDelay) {
  RunningServer server(GetParam(), {"--drain_delay=1s"});
  const auto health = grpc::health::v1::Health::NewStub(server.channel());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("cachestore.v1.CacheStore");
  const auto watch = health->Watch(&context, request);
  grpc::health::v1::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  ASSERT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);

  server.process().Signal(SIGTERM);

  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_TRUE(server.Ping().ok());
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(server.process().Wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(Over, CacheServerProcessTest, EveryTransport(), TransportName);

TEST(CacheServerCommandLineTest, ABadFlagIsOneLineAndExitCodeTwo) {
  const Finished run = RunToEnd({kServer, "--max_bytes=lots"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, MatchesRegex("cache_server: --max_bytes: got \"lots\"; takes [^\n]*\n"));
  EXPECT_EQ(run.output, "");
}

TEST(CacheServerCommandLineTest, ABadEnvironmentValueIsOneLineAndExitCodeTwo) {
  const Finished run = RunToEnd({kServer}, {"APP_CACHE_MAX_ENTRIES=many"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error,
              MatchesRegex("cache_server: APP_CACHE_MAX_ENTRIES: got \"many\"; takes [^\n]*\n"));
}

TEST(CacheServerCommandLineTest, HelpAndVersionGoToStdout) {
  const Finished help = RunToEnd({kServer, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("APP_CACHE_MAX_BYTES"));
  const Finished version = RunToEnd({kServer, "--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output, MatchesRegex("cache_server [0-9.]+\n"));
  EXPECT_EQ(help.error + version.error, "");
}

}  // namespace
}  // namespace cachestore
