// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_HTTP2_TRANSPORT_H_
#define SERVICE_TRANSPORTS_HTTP2_HTTP2_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/door/door.h"
#include "service/transports/connection_counts.h"
#include "service/transports/http2/acceptor.h"
#include "service/transports/http2/connection.h"
#include "service/transports/http2/shard.h"
#include "service/transports/transport.h"
#include "stores/mutex.h"

namespace cachestore {

// Serves a door's methods to gRPC clients, over HTTP/2 as nghttp2 speaks it: an event loop and one
// thread a core, none of which ever waits for anything but its sockets.
class Http2Transport final : public Transport {
 public:
  struct Limits {
    // Of each connection.
    http2::Session::Options session = {};
    http2::Lifetime::Limits lifetime = {};

    // Large replies that wait for their callers to read them: of one connection, and of all.
    size_t max_unsent_bytes_of_one = size_t{256} << 20;
    size_t max_unsent_bytes = size_t{1} << 30;
  };

  // Listens, and answers calls from now on. `door` must outlive the transport. UNAVAILABLE names
  // the address that cannot be had, and why.
  static absl::StatusOr<std::unique_ptr<Http2Transport>> Start(const TransportOptions& options,
                                                               Door& door, const Limits& limits);
  static absl::StatusOr<std::unique_ptr<Http2Transport>> Start(const TransportOptions& options,
                                                               Door& door) {
    return Start(options, door, Limits());
  }

  ~Http2Transport() override;

  const std::vector<std::string>& addresses() const override { return addresses_; }
  bool Drain(absl::Duration timeout) override;

 private:
  Http2Transport(const TransportOptions& options, Door& door, const Limits& limits);

  absl::Status Listen(const TransportOptions& options);
  void StopAccepting();

  // Waits until so many shards have said that something is so, and for `timeout` at most.
  class Countdown;

  Door& door_;
  const std::shared_ptr<ConnectionCounts> connections_;
  const http2::Connection::Options connection_options_;
  http2::Connection::Service service_;
  std::vector<std::string> addresses_;
  std::vector<std::unique_ptr<http2::Shard>> shards_;
  std::unique_ptr<http2::Acceptor> acceptor_;  // Lives on the first shard's loop.
  bool drained_ = false;
  std::shared_ptr<Countdown> calls_;  // Down once the last call that was let in is gone.
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_HTTP2_HTTP2_TRANSPORT_H_
