// SPDX-License-Identifier: Apache-2.0
#include "service/transports/accepted_connections.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/loopback.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

// Both ends of a connection to whoever listens at the socket.
struct Ends {
  int opened;
  int accepted;
};

Ends ConnectTo(int listening) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
  const int opened = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(connect(opened, reinterpret_cast<const sockaddr*>(&address), size), 0);
  return {.opened = opened, .accepted = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC)};
}

void Close(const Ends& ends) {
  close(ends.opened);
  close(ends.accepted);
}

TEST(AcceptedConnectionsTest, OverTcpAreThoseOfThePorts) {
  const BoundSocket ours = BindToLoopback();
  const BoundSocket others = BindToLoopback();
  listen(ours.fd, 10);
  listen(others.fd, 10);
  const std::vector<std::string> addresses = {absl::StrCat("localhost:", ours.port)};
  EXPECT_EQ(CountAcceptedConnections(addresses), 0) << "who listens is no connection";
  const Ends first = ConnectTo(ours.fd);
  const Ends second = ConnectTo(ours.fd);
  const Ends elsewhere = ConnectTo(others.fd);
  EXPECT_EQ(CountAcceptedConnections(addresses), 2);
  EXPECT_EQ(CountAcceptedConnections({addresses[0], absl::StrCat("127.0.0.1:", others.port)}), 3);
  Close(first);
  EXPECT_EQ(CountAcceptedConnections(addresses), 1);
  Close(second);
  Close(elsewhere);
  close(ours.fd);
  close(others.fd);
}

TEST(AcceptedConnectionsTest, OverAUnixSocketAreThoseOfItsPath) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/socket";
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(listening, 10), 0);
  const Ends ends = ConnectTo(listening);
  EXPECT_EQ(CountAcceptedConnections({"unix:" + path}), 1);
  EXPECT_EQ(CountAcceptedConnections({"unix:" + path + "2"}), 0);
  Close(ends);
  close(listening);
}

}  // namespace
}  // namespace cachestore
