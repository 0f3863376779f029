// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

// How long it takes to see that it is cut, mended or ended.
constexpr int kTurnMillis = 5;

int ConnectTo(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

TcpProxy::TcpProxy() : listener_(BindToLoopback()) {
  EXPECT_EQ(listen(listener_.fd, SOMAXCONN), 0);
  thread_ = std::thread([this] { Run(); });
}

TcpProxy::~TcpProxy() {
  is_ended_ = true;
  thread_.join();
  close(listener_.fd);
  for (const Pair& pair : pairs_) {
    close(pair.client);
    close(pair.server);
  }
}

void TcpProxy::Run() {
  while (!is_ended_) {
    std::vector<pollfd> polled = {{.fd = listener_.fd, .events = POLLIN, .revents = 0}};
    for (const Pair& pair : pairs_) {
      polled.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
      polled.push_back({.fd = pair.server, .events = POLLIN, .revents = 0});
    }
    // While it is cut, it looks at nothing.
    if (poll(polled.data(), is_cut_ ? 0 : polled.size(), kTurnMillis) <= 0 || is_cut_) continue;
    for (size_t i = pairs_.size(); i > 0; --i) {
      const Pair pair = pairs_[i - 1];
      const bool is_open = (polled[2 * i - 1].revents == 0 || Carry(pair.client, pair.server)) &&
                           (polled[2 * i].revents == 0 || Carry(pair.server, pair.client));
      if (is_open) continue;
      close(pair.client);
      close(pair.server);
      pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
    if (polled[0].revents != 0) Accept();
  }
}

void TcpProxy::Accept() {
  const int client = accept(listener_.fd, nullptr, nullptr);
  const int server = ConnectTo(target_);
  if (client >= 0 && server >= 0) return pairs_.push_back({client, server});
  if (client >= 0) close(client);
  if (server >= 0) close(server);
}

// False if one of them has closed.
bool TcpProxy::Carry(int from, int to) {
  std::array<char, 65536> buffer;
  const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
  return size > 0 && send(to, buffer.data(), static_cast<size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace cachestore
