// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_DOCTOR_CONNECT_H_
#define CLIENT_COMMAND_LINE_DOCTOR_CONNECT_H_

#include <sys/socket.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/service_url.h"

namespace cachestore {

// What gRPC does on its way to a service, one step at a time, so that each can be reported.

// A connected socket, closed when this goes.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  int fd() const { return fd_; }

 private:
  int fd_;
};

// Where a service may be.
struct Place {
  sockaddr_storage address = {};
  socklen_t size = 0;
  std::string name = {};  // 10.0.0.7, or the path of a unix socket.
};

// The addresses of the host, or the unix socket itself. NOT_FOUND with what the resolver said.
absl::StatusOr<std::vector<Place>> LookUp(const ServiceAddress& address);

// Connects to the first that lets it, within `timeout` each; then reads and writes of the socket
// block for `timeout` at most. UNAVAILABLE with what the system said of the last.
absl::StatusOr<Socket> ConnectTo(const std::vector<Place>& places, absl::Duration timeout);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_DOCTOR_CONNECT_H_
