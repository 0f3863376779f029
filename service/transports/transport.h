// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_TRANSPORT_H_
#define SERVICE_TRANSPORTS_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/tls/tls_source.h"
#include "service/transports/connection_counts.h"

namespace cachestore {

struct TransportOptions {
  // Each host:port (port 0: any that is free), [IPv6]:port or unix:PATH.
  std::vector<std::string> listen;

  // Serves over TLS alone, with what this has when a connection begins; null: in the clear. Must
  // outlive the transport.
  const TlsSource* tls = nullptr;

  // What a unix socket's file lets whom do, as chmod(2) has it: who may write to it, may connect.
  unsigned unix_socket_mode = 0600;

  // How many threads answer calls; at least one.
  size_t threads = 1;

  // How many connections there may be at a time; those that come then are hung up on. gRPC C++
  // knows no such bound.
  size_t max_connections = 16'384;

  // Where they are counted, by a transport that knows of them: http2.
  std::shared_ptr<ConnectionCounts> connections = std::make_shared<ConnectionCounts>();

  // How long a connection may last: its peer is sent away then, and has half a minute for the calls
  // in flight. Over http2; gRPC C++ would lose calls.
  absl::Duration max_connection_age = absl::InfiniteDuration();

  // A message larger than this ends RESOURCE_EXHAUSTED before any handler sees it.
  size_t max_receive_bytes;
};

// Serves the methods of a door to whoever calls them over a network. Thread-safe, except that one
// thread alone drains and destroys.
class Transport {
 public:
  // Drains, if nobody did, and waits for all calls to be gone, however long their store takes.
  virtual ~Transport() = default;

  // The addresses as they came to be: with the ports that were chosen.
  virtual const std::vector<std::string>& addresses() const = 0;

  // Takes no new calls, ends all streams, and lets unary calls end. Cancels what is left after
  // `timeout`. Blocks; true if by then every call was answered and gone. Once; other threads keep
  // calling in the meantime.
  virtual bool Drain(absl::Duration timeout) = 0;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_TRANSPORT_H_
