// SPDX-License-Identifier: Apache-2.0

// Where cache_server listens, as people tell it to.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using grpc::health::v1::HealthCheckResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

class CacheServerListenTest : public TransportTest {
 protected:
  static grpc::Status Ping(const std::string& address) {
    const auto stub =
        v1::CacheStore::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::PingResponse response;
    return stub->Ping(&context, {}, &response);
  }

  // What a server says that cannot listen at `address`: one line, after any warnings.
  static std::string ErrorOfListening(const std::string& address, TransportKind transport,
                                      const std::vector<std::string>& flags = {}) {
    std::vector<std::string> command = {RunningServer::kServer, TransportFlag(transport),
                                        "--listen=" + address};
    command.insert(command.end(), flags.begin(), flags.end());
    const Finished run = RunToEnd(command);
    EXPECT_EQ(run.exit_code, 1);
    std::vector<std::string> lines = absl::StrSplit(run.error, '\n', absl::SkipEmpty());
    std::erase_if(lines,
                  [](const std::string& line) { return absl::StrContains(line, "warning"); });
    EXPECT_THAT(lines, SizeIs(1)) << run.error;
    return run.error;
  }

  // How a call of health ends at `address`, and what it says.
  static grpc::Status CheckHealth(const std::string& address, HealthCheckResponse& response) {
    const auto stub = grpc::health::v1::Health::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service("cachestore.v1.CacheStore");
    return stub->Check(&context, request, &response);
  }

  std::string socket_path() const { return folder_.path() + "/socket"; }
  std::string socket_address() const { return "unix:" + socket_path(); }

 private:
  const TemporaryFolder folder_;
};

TEST_P(CacheServerListenTest, ServesTcpAndUnixSocketsAtOnce) {
  RunningServer server(GetParam(), {}, "127.0.0.1:0," + socket_address());
  EXPECT_TRUE(server.Ping().ok());
  EXPECT_TRUE(Ping(socket_address()).ok());
}

TEST_P(CacheServerListenTest, ServesTwoPortsAndSaysWhichTheyAre) {
  RunningServer server(GetParam(), {}, "127.0.0.1:0,127.0.0.1:0");
  const std::string& line = server.start_line();
  const size_t second = line.find(", ") + 2;
  const std::string second_address = line.substr(second, line.find(';') - second);
  EXPECT_THAT(second_address, MatchesRegex("127.0.0.1:[1-9][0-9]*"));
  EXPECT_NE(second_address, server.address());
  EXPECT_TRUE(server.Ping().ok());
  EXPECT_TRUE(Ping(second_address).ok());
}

TEST_P(CacheServerListenTest, TakesANameForAnAddress) {
  RunningServer server(GetParam(), {}, "localhost:0");
  EXPECT_THAT(server.address(), MatchesRegex("localhost:[1-9][0-9]*"));
  // By a number: what gRPC's client resolves a name with leaks, which AddressSanitizer tells.
  EXPECT_TRUE(Ping("127.0.0.1" + server.address().substr(server.address().find(':'))).ok());
}

TEST_P(CacheServerListenTest, APortInUseIsOneClearLine) {
  RunningServer server(GetParam());
  for (const TransportKind second : {TransportKind::kGrpc, TransportKind::kHttp2}) {
    EXPECT_THAT(ErrorOfListening(server.address(), second),
                AllOf(HasSubstr(server.address()), HasSubstr("in use"), HasSubstr("listen: ")));
  }
  EXPECT_TRUE(server.Ping().ok());
}

TEST_P(CacheServerListenTest, AnAddressOfAnotherMachineIsOneClearLine) {
  EXPECT_THAT(ErrorOfListening("192.0.2.1:50051", GetParam(), {"--insecure_listen"}),
              HasSubstr("listen: 192.0.2.1:50051: Cannot assign requested address; free it or"));
}

TEST_P(CacheServerListenTest, AFolderThatIsNotThereIsOneClearLine) {
  EXPECT_THAT(ErrorOfListening("unix:/no/such/folder/socket", GetParam()),
              HasSubstr("listen: unix:/no/such/folder/socket: "));
}

TEST_P(CacheServerListenTest, ASocketThatAServerAnswersOnIsNotTaken) {
  RunningServer server(GetParam(), {}, socket_address());
  for (const TransportKind second : {TransportKind::kGrpc, TransportKind::kHttp2}) {
    EXPECT_THAT(ErrorOfListening(socket_address(), second),
                AllOf(HasSubstr(socket_path()), HasSubstr("a server answers there")));
  }
  EXPECT_TRUE(server.Ping().ok());
}

TEST_P(CacheServerListenTest, ASocketThatADeadServerLeftIsTaken) {
  {
    RunningServer server(GetParam(), {}, socket_address());
    server.process().Signal(SIGKILL);
    EXPECT_EQ(server.process().Wait(), -SIGKILL);
  }
  EXPECT_TRUE(std::filesystem::exists(socket_path()));
  RunningServer server(GetParam(), {}, socket_address());
  EXPECT_TRUE(server.Ping().ok());
}

TEST_P(CacheServerListenTest, ASocketGoesWithItsServer) {
  RunningServer server(GetParam(), {}, socket_address());
  EXPECT_TRUE(std::filesystem::exists(socket_path()));
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(socket_path()));
}

TEST_P(CacheServerListenTest, WhoComesByASocketMayClose) {
  RunningServer server(GetParam(), {}, socket_address());
  grpc::ClientContext context;
  v1::CloseResponse response;
  EXPECT_TRUE(server.cache().Close(&context, {}, &response).ok());
  EXPECT_EQ(server.process().Wait(), 0);
}

TEST_P(CacheServerListenTest, WhereOtherMachinesReachItItIsNotServedUnprotected) {
  const Finished run = RunToEnd(
      {RunningServer::kServer, TransportFlag(GetParam()), "--listen=127.0.0.1:0,0.0.0.0:0"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, AllOf(HasSubstr("--listen: other machines reach 0.0.0.0:0"),
                               HasSubstr("--tls_cert"), HasSubstr("--auth_file"),
                               HasSubstr("unix socket"), HasSubstr("--insecure_listen")));
}

TEST_P(CacheServerListenTest, WhoSaysSoListensEverywhereAndIsWarned) {
  Subprocess server({RunningServer::kServer, TransportFlag(GetParam()), "--insecure_listen",
                     "--listen=0.0.0.0:0,127.0.0.1:0"});
  EXPECT_THAT(server.AwaitLine("warning: "),
              AllOf(HasSubstr("other machines reach 0.0.0.0:0, "), HasSubstr("unprotected")));
  if (GetParam() == TransportKind::kGrpc) {
    EXPECT_THAT(server.AwaitLine("use transport http2"), HasSubstr("warning: "));
  }
  const std::string serving = server.AwaitLine("serving on ");
  const std::string address = serving.substr(serving.find("127.0.0.1:"));
  EXPECT_TRUE(Ping(address.substr(0, address.find(';'))).ok());
}

TEST_P(CacheServerListenTest, BehindAProxyOfThisMachineNobodyMayCloseButByASocket) {
  RunningServer server(GetParam(), {"--insecure_listen"}, "127.0.0.1:0," + socket_address());
  const auto close_at = [](const std::string& address) {
    const auto stub =
        v1::CacheStore::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::CloseResponse response;
    return stub->Close(&context, {}, &response);
  };
  EXPECT_EQ(close_at(server.address()).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(close_at(socket_address()).ok());
  EXPECT_EQ(server.process().Wait(), 0);
}

TEST_P(CacheServerListenTest, ASocketIsForItsOwnUserUnlessItIsToldOtherwise) {
  const auto mode_with = [this](std::vector<std::string> flags) {
    RunningServer server(GetParam(), std::move(flags), socket_address());
    EXPECT_TRUE(server.Ping().ok());
    return static_cast<unsigned>(std::filesystem::status(socket_path()).permissions());
  };
  EXPECT_EQ(mode_with({}), 0600U);
  EXPECT_EQ(mode_with({"--unix_socket_mode=0666"}), 0666U);
  EXPECT_EQ(mode_with({"--unix_socket_mode=660"}), 0660U);
}

TEST_P(CacheServerListenTest, HealthAloneIsAnsweredWhereProbesAskForIt) {
  RunningServer server(GetParam(), {"--health_listen=127.0.0.1:0", "--drain_delay=24h"});
  const std::string line = server.process().AwaitLine("health alone on ");
  const std::string address = line.substr(line.rfind(' ') + 1);
  HealthCheckResponse response;
  EXPECT_TRUE(CheckHealth(address, response).ok());
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  EXPECT_EQ(Ping(address).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  server.process().Signal(SIGTERM);
  EXPECT_NE(server.process().AwaitLine("draining"), "");
  EXPECT_TRUE(AwaitUntil([&] {
    return CheckHealth(address, response).ok() &&
           response.status() == HealthCheckResponse::NOT_SERVING;
  })) << "probes are not told that it drains";
}

TEST_P(CacheServerListenTest, WhichMethodsThereAreIsNotToldIfItShallNotBe) {
  RunningServer server(GetParam(), {"--reflection=false"});
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(server.channel());
  grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_TRUE(server.Ping().ok());
}

INSTANTIATE_TEST_SUITE_P(Over, CacheServerListenTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
