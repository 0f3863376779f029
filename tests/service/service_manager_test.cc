// SPDX-License-Identifier: Apache-2.0

// What cache_server tells a service manager, as systemd hears it (sd_notify(3)).
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// The socket that a service manager hears its services by.
class ServiceManager {
 public:
  ServiceManager() : path_(folder_.path() + "/notify") {
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    const timeval patience = {.tv_sec = 30, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~ServiceManager() { close(socket_); }
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  std::string variable() const { return "NOTIFY_SOCKET=" + path_; }

  // Blocks until it is told something.
  std::string Hear() const { return Receive(0); }

  // What it has been told already; empty if nothing.
  std::string Heard() const { return Receive(MSG_DONTWAIT); }

 private:
  std::string Receive(int flags) const {
    std::string news(4096, '\0');
    const ssize_t size = recv(socket_, news.data(), news.size(), flags);
    news.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return news;
  }

  const TemporaryFolder folder_;
  const std::string path_;
  const int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

std::vector<std::string> Server(const std::vector<std::string>& flags = {}) {
  std::vector<std::string> command = {"service/cache_server", "--listen=127.0.0.1:0"};
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

// Where a server serves that has said so.
std::string AddressIn(const std::string& news) { return news.substr(news.find("127.0.0.1:")); }

TEST(ServiceManagerTest, IsToldThatTheServerIsReadyOnceItAnswers) {
  const ServiceManager manager;
  const Subprocess server(Server(), {manager.variable()});
  const std::string news = manager.Hear();
  ASSERT_THAT(news, StartsWith("READY=1\nSTATUS=serving on 127.0.0.1:"));
  const auto stub = v1::CacheStore::NewStub(
      grpc::CreateChannel(AddressIn(news), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::PingResponse response;
  EXPECT_TRUE(stub->Ping(&context, {}, &response).ok());
}

TEST(ServiceManagerTest, IsToldThatTheServerDrainsAndHowLongThatMayTake) {
  const ServiceManager manager;
  Subprocess server(Server({"--drain_timeout=20s", "--drain_delay=500ms"}), {manager.variable()});
  ASSERT_THAT(manager.Hear(), StartsWith("READY=1\n"));
  server.Signal(SIGTERM);
  EXPECT_EQ(manager.Hear(),
            "STOPPING=1\nEXTEND_TIMEOUT_USEC=30500000\nSTATUS=draining: Terminated");
  EXPECT_EQ(server.Wait(), 0);
}

TEST(ServiceManagerTest, IsToldOfAnEndByClose) {
  const ServiceManager manager;
  Subprocess server(Server(), {manager.variable()});
  const auto stub = v1::CacheStore::NewStub(
      grpc::CreateChannel(AddressIn(manager.Hear()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::CloseResponse response;
  ASSERT_TRUE(stub->Close(&context, {}, &response).ok());
  EXPECT_THAT(manager.Hear(),
              AllOf(StartsWith("STOPPING=1\n"), HasSubstr("STATUS=draining: Close was called")));
  EXPECT_EQ(server.Wait(), 0);
}

TEST(ServiceManagerTest, IsNotToldOfAServerThatDoesNotStart) {
  const ServiceManager manager;
  Subprocess server({"service/cache_server", "--listen=unix:/no/such/folder/socket"},
                    {manager.variable()});
  EXPECT_EQ(server.Wait(), 1);
  EXPECT_THAT(manager.Heard(), IsEmpty());
}

TEST(ServiceManagerTest, WhichDoesNotHearIsNoReasonNotToServe) {
  Subprocess server(Server(), {"NOTIFY_SOCKET=/no/such/folder/notify"});
  EXPECT_THAT(server.AwaitLine("warning: "), HasSubstr("NOTIFY_SOCKET: No such file"));
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(ServiceManagerTest, WithoutOneNothingIsSaidOfIt) {
  Subprocess server(Server());
  EXPECT_NE(server.AwaitLine("serving on "), "");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
  EXPECT_THAT(server.standard_error(), Not(HasSubstr("warning: ")));
}

}  // namespace
}  // namespace cachestore
