// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/call_connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace cachestore {
namespace {

constexpr size_t kMostPieces = 128;

}  // namespace

absl::StatusOr<std::unique_ptr<CallConnection>> CallConnection::Connect(
    uint16_t port, std::unique_ptr<CallProtocol> protocol) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "socket");
  std::unique_ptr<CallConnection> connection(new CallConnection(fd, std::move(protocol)));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::UnavailableError("nobody listens on the port");
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) return absl::ErrnoToStatus(errno, "fcntl");
  return connection;
}

CallConnection::~CallConnection() { close(fd_); }

absl::Status CallConnection::Send() {
  if (absl::Status status = protocol_->Produce(output_); !status.ok()) return status;
  while (wants_to_send()) {
    std::array<iovec, kMostPieces> pieces;  // NOLINT(*-member-init): as many as are said.
    size_t count = 0;
    for (const absl::string_view chunk : output_.Chunks()) {
      if (count == pieces.size()) break;
      pieces[count++] = {.iov_base = const_cast<char*>(chunk.data()), .iov_len = chunk.size()};
    }
    msghdr message = {};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t size = sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (size < 0 && errno == EAGAIN) return absl::OkStatus();
    if (size < 0) return absl::ErrnoToStatus(errno, "sendmsg");
    output_.RemovePrefix(static_cast<size_t>(size));
  }
  return absl::OkStatus();
}

absl::Status CallConnection::Receive() {
  std::array<char, size_t{64} * 1024> buffer;  // NOLINT(*-member-init): recv fills it.
  const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) return absl::OkStatus();
  if (size < 0) return absl::ErrnoToStatus(errno, "recv");
  if (size == 0) return absl::UnavailableError("the server has closed a connection");
  // What else has come will be reported again.
  return protocol_->Receive({buffer.data(), static_cast<size_t>(size)});
}

}  // namespace cachestore
