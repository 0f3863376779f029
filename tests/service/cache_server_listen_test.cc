// SPDX-License-Identifier: Apache-2.0

// Where cache_server listens, as people tell it to.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

class CacheServerListenTest : public TransportTest {
 protected:
  static grpc::Status Ping(const std::string& address) {
    const auto stub =
        v1::CacheStore::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::PingResponse response;
    return stub->Ping(&context, {}, &response);
  }

  // What a server says that cannot listen at `address`: one line.
  static std::string ErrorOfListening(const std::string& address, TransportKind transport) {
    const Finished run =
        RunToEnd({RunningServer::kServer, TransportFlag(transport), "--listen=" + address});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
    return run.error;
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
                AllOf(HasSubstr(server.address()), HasSubstr("in use"), HasSubstr("--listen")));
  }
  EXPECT_TRUE(server.Ping().ok());
}

TEST_P(CacheServerListenTest, AnAddressOfAnotherMachineIsOneClearLine) {
  EXPECT_THAT(ErrorOfListening("192.0.2.1:50051", GetParam()),
              AllOf(HasSubstr("listen: 192.0.2.1:50051: Cannot assign requested address"),
                    HasSubstr("--listen")));
}

TEST_P(CacheServerListenTest, AFolderThatIsNotThereIsOneClearLine) {
  EXPECT_THAT(ErrorOfListening("unix:/no/such/folder/socket", GetParam()),
              AllOf(HasSubstr("listen: unix:/no/such/folder/socket: "), HasSubstr("--listen")));
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

INSTANTIATE_TEST_SUITE_P(Over, CacheServerListenTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
