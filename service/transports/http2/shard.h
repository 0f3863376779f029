// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_SHARD_H_
#define SERVICE_TRANSPORTS_HTTP2_SHARD_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "service/transports/connection_counts.h"
#include "service/transports/http2/byte_stream.h"
#include "service/transports/http2/connection.h"
#include "service/transports/http2/event_loop.h"
#include "service/transports/http2/socket_connection.h"

namespace cachestore::http2 {

// An event loop and the connections that live on it. Thread-safe, but for its beginning and end.
class Shard final : private SocketConnection::Owner {
 public:
  // `options` and `service` must outlive this and all calls, `counts` this: what is open there
  // counts its connections, too.
  static absl::StatusOr<std::unique_ptr<Shard>> Create(const Connection::Options& options,
                                                       Connection::Service& service,
                                                       ConnectionCounts& counts);

  EventLoop& loop() { return *loop_; }

  // Takes over a connection.
  void Adopt(std::unique_ptr<ByteStream> stream, std::string peer);

  // How many connections it has, or will have soon.
  size_t load() const { return load_.load(std::memory_order_relaxed); }

  // Sends all peers elsewhere with their next calls, and runs `all_going` once no connection will
  // serve a new one. GoAway is for those that do not answer. Once.
  void AnnounceGoAway(absl::AnyInvocable<void() &&> all_going);
  void GoAway();

  // Runs `all_ended` once there is no connection left, which End() brings about. Once.
  void WhenEmpty(absl::AnyInvocable<void() &&> all_ended);
  void End();

 private:
  Shard(std::unique_ptr<EventLoop> loop, const Connection::Options& options,
        Connection::Service& service, ConnectionCounts& counts)
      : options_(options), service_(service), counts_(counts), loop_(std::move(loop)) {}

  // Counts one connection more, or less.
  void AddLoad();
  void SubtractLoad();

  void Begin(std::unique_ptr<ByteStream> stream, std::string peer);
  void OnGoing(SocketConnection& connection) override;
  void OnEnded(SocketConnection& connection) override;

  // Runs `task` for each connection there is; the task may end it.
  void ForEach(void (SocketConnection::*task)());
  void TellIfEmpty();

  const Connection::Options& options_;
  Connection::Service& service_;
  ConnectionCounts& counts_;
  std::atomic<size_t> load_{0};
  bool is_going_ = false;  // This and what follows on the loop's thread only.
  size_t serving_ = 0;     // Connections that are not going.
  absl::AnyInvocable<void() &&> all_going_;
  absl::AnyInvocable<void() &&> all_ended_;
  absl::flat_hash_map<SocketConnection*, std::unique_ptr<SocketConnection>> connections_;
  const std::unique_ptr<EventLoop> loop_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_SHARD_H_
