// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_CALL_CONNECTION_H_
#define BENCHMARKS_LOAD_CALL_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "benchmarks/load/call_protocol.h"

namespace cachestore {

// A socket, and the protocol that is spoken on it. Never waits, once it is connected. Not
// thread-safe.
class CallConnection {
 public:
  // Connects to a port of this machine. UNAVAILABLE if nobody listens there.
  static absl::StatusOr<std::unique_ptr<CallConnection>> Connect(
      uint16_t port, std::unique_ptr<CallProtocol> protocol);

  ~CallConnection();
  CallConnection(const CallConnection&) = delete;
  CallConnection& operator=(const CallConnection&) = delete;

  // To wait for: that it is readable, and when wants_to_send() that it is writable.
  int fd() const { return fd_; }
  bool wants_to_send() const { return !output_.empty(); }

  CallProtocol& protocol() { return *protocol_; }

  // Sends what the protocol has, as far as the socket takes it.
  absl::Status Send();

  // Gives the protocol what has come. UNAVAILABLE if the server has closed the connection.
  absl::Status Receive();

 private:
  CallConnection(int fd, std::unique_ptr<CallProtocol> protocol)
      : fd_(fd), protocol_(std::move(protocol)) {}

  const int fd_;
  const std::unique_ptr<CallProtocol> protocol_;
  absl::Cord output_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_CALL_CONNECTION_H_
