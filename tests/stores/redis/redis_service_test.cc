// SPDX-License-Identifier: Apache-2.0
// cache_server over a real Redis, as operators run it: what readiness and the log say.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/loopback.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using RedisServiceTest = TransportTest;

// Reads the readiness of a server as it changes.
class ReadinessWatch {
 public:
  explicit ReadinessWatch(RunningServer& server)
      : health_(grpc::health::v1::Health::NewStub(server.channel())) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    HealthCheckRequest request;
    request.set_service("cachestore.v1.CacheStore");
    reader_ = health_->Watch(&context_, request);
  }
  ~ReadinessWatch() { context_.TryCancel(); }
  ReadinessWatch(const ReadinessWatch&) = delete;
  ReadinessWatch& operator=(const ReadinessWatch&) = delete;

  // Blocks until it becomes `status`; false if the watch ends before.
  bool Await(HealthCheckResponse::ServingStatus status) {
    HealthCheckResponse response;
    while (reader_->Read(&response)) {
      if (response.status() == status) return true;
    }
    return false;
  }

 private:
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader_;
};

TEST_P(RedisServiceTest, ReadinessFollowsRedisBothWays) {
  RedisServer redis;
  RunningServer server(GetParam(), {"--backend=redis", "--storage_url=" + redis.url()});
  ReadinessWatch readiness(server);
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::SERVING));
  redis.Kill();
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::NOT_SERVING));
  EXPECT_EQ(server.Ping().error_code(), grpc::StatusCode::UNAVAILABLE);
  redis.Start();
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::SERVING));
  EXPECT_TRUE(server.Ping().ok());
}

TEST_P(RedisServiceTest, EachChangeOfReadinessIsLoggedWithItsReason) {
  RedisServer redis;
  RunningServer server(GetParam(), {"--backend=redis", "--storage_url=" + redis.url()});
  redis.Kill();
  EXPECT_THAT(server.process().AwaitLine("not ready: "),
              AllOf(HasSubstr("cache_server: warning: not ready: "), HasSubstr(redis.url())));
  redis.Start();
  EXPECT_EQ(server.process().AwaitLine("ready again"), "cache_server: ready again");
}

TEST_P(RedisServiceTest, StartsWithoutRedisAndIsReadyOnceItIsThere) {
  const uint16_t port = FreePort();
  RunningServer server(GetParam(),
                       {"--backend=redis", absl::StrCat("--storage_url=redis://127.0.0.1:", port)});
  EXPECT_THAT(server.start_line(),
              AllOf(HasSubstr("backend redis, "), HasSubstr("key_prefix cache:"),
                    HasSubstr(absl::StrCat("storage_url redis://127.0.0.1:", port, "/0, "))));
  ReadinessWatch readiness(server);
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::NOT_SERVING));
  const RedisServer redis({"--port", absl::StrCat(port)});
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::SERVING));
}

TEST_P(RedisServiceTest, AUrlWithAPasswordMayStandInAFile) {
  const RedisServer redis({"--requirepass", "right"});
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/url";
  std::ofstream(path) << "redis://:right@127.0.0.1:" << redis.port() << "\n";
  RunningServer server(GetParam(), {"--backend=redis", "--storage_url_file=" + path});
  ReadinessWatch readiness(server);
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::SERVING));
  EXPECT_TRUE(server.Ping().ok());
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(), Not(HasSubstr("right")));
}

TEST_P(RedisServiceTest, AFileThatHoldsNoUrlEndsTheStartWithoutShowingIt) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/url";
  std::ofstream(path) << "secret";
  const auto error_with = [](const std::vector<std::string>& flags) {
    std::vector<std::string> command = {RunningServer::kServer, TransportFlag(GetParam()),
                                        "--listen=127.0.0.1:0", "--backend=redis"};
    command.insert(command.end(), flags.begin(), flags.end());
    const Finished run = RunToEnd(command);
    EXPECT_EQ(run.exit_code, 2);
    return run.error;
  };
  EXPECT_THAT(error_with({"--storage_url_file=" + path}),
              AllOf(HasSubstr("storage_url: has none of the schemes"), Not(HasSubstr("secret"))));
  EXPECT_THAT(error_with({"--storage_url_file=" + folder.path() + "/none"}),
              HasSubstr("storage_url_file: "));
  EXPECT_THAT(error_with({"--storage_url_file=" + path, "--storage_url=redis://127.0.0.1"}),
              HasSubstr("storage_url is given, too"));
}

TEST_P(RedisServiceTest, RefusedPasswordIsOneLineThatDoesNotShowIt) {
  const RedisServer redis({"--requirepass", "right"});
  RunningServer server(
      GetParam(),
      {"--backend=redis", absl::StrCat("--storage_url=redis://:wrong@127.0.0.1:", redis.port())});
  ReadinessWatch readiness(server);
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::NOT_SERVING));
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  const std::string& log = server.process().standard_error();
  const std::string line = absl::StrCat(
      "cache_server: warning: redis://127.0.0.1:", redis.port(),
      "/0: cannot be reached: Redis refuses the user or password of storage_url, or its rights "
      "(WRONGPASS)\n");
  EXPECT_THAT(log, AllOf(HasSubstr(line), Not(HasSubstr("wrong"))));
  EXPECT_EQ(log.find(line), log.rfind(line));
}

TEST_P(RedisServiceTest, CallersAreNotToldWhereTheStorageIs) {
  RedisServer redis;
  RunningServer server(GetParam(), {"--backend=redis", "--storage_url=" + redis.url()});
  ReadinessWatch readiness(server);
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::SERVING));
  redis.Kill();
  ASSERT_TRUE(readiness.Await(HealthCheckResponse::NOT_SERVING));
  const grpc::Status status = server.Ping();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the storage behind this cache is unavailable: try again");
}

TEST_P(RedisServiceTest, ServesAndDrainsOverRedis) {
  RedisServer redis;
  RunningServer server(GetParam(),
                       {"--backend=redis", "--storage_url=" + redis.url(), "--key_prefix=app:"});
  grpc::ClientContext context;
  v1::SetRequest request;
  request.set_key("key");
  request.set_value("value");
  v1::SetResponse response;
  ASSERT_TRUE(server.cache().Set(&context, request, &response).ok());
  EXPECT_EQ(redis.Run({"GET", "app:key"}), "value");
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(), HasSubstr("1 calls started, 1 finished"));
}

INSTANTIATE_TEST_SUITE_P(Over, RedisServiceTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
