// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/shard.h"

#include <utility>
#include <vector>

namespace cachestore::http2 {

absl::StatusOr<std::unique_ptr<Shard>> Shard::Create(const Connection::Options& options,
                                                     Connection::Service& service,
                                                     ConnectionCounts& counts) {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  if (!loop.ok()) return loop.status();
  return std::unique_ptr<Shard>(new Shard(*std::move(loop), options, service, counts));
}

void Shard::AddLoad() {
  load_.fetch_add(1, std::memory_order_relaxed);
  counts_.open.fetch_add(1, std::memory_order_relaxed);
}

void Shard::SubtractLoad() {
  load_.fetch_sub(1, std::memory_order_relaxed);
  counts_.open.fetch_sub(1, std::memory_order_relaxed);
}

void Shard::Adopt(std::unique_ptr<ByteStream> stream, std::string peer) {
  AddLoad();
  loop_->Post([this, stream = std::move(stream), peer = std::move(peer)]() mutable {
    Begin(std::move(stream), std::move(peer));
  });
}

void Shard::Begin(std::unique_ptr<ByteStream> stream, std::string peer) {
  SocketConnection::Owner& owner = *this;
  auto connection = std::make_unique<SocketConnection>(std::move(stream), std::move(peer), options_,
                                                       service_, *loop_, owner);
  if (!connection->Start()) return SubtractLoad();
  ++serving_;
  SocketConnection* const begun = connection.get();
  connections_.emplace(begun, std::move(connection));
  if (is_going_) begun->AnnounceGoAway();
}

void Shard::OnGoing(SocketConnection& /*connection*/) {
  --serving_;
  if (serving_ == 0 && all_going_ != nullptr) std::exchange(all_going_, nullptr)();
}

void Shard::OnEnded(SocketConnection& connection) {
  const auto ended = connections_.find(&connection);
  loop_->Retire(std::move(ended->second));
  connections_.erase(ended);
  SubtractLoad();
  TellIfEmpty();
}

void Shard::TellIfEmpty() {
  if (connections_.empty() && all_ended_ != nullptr) std::exchange(all_ended_, nullptr)();
}

void Shard::ForEach(void (SocketConnection::*task)()) {
  std::vector<SocketConnection*> connections;
  for (const auto& [connection, owned] : connections_) connections.push_back(connection);
  for (SocketConnection* const connection : connections) (connection->*task)();
}

void Shard::AnnounceGoAway(absl::AnyInvocable<void() &&> all_going) {
  loop_->Post([this, all_going = std::move(all_going)]() mutable {
    is_going_ = true;
    if (serving_ == 0) return std::move(all_going)();
    all_going_ = std::move(all_going);
    ForEach(&SocketConnection::AnnounceGoAway);
  });
}

void Shard::GoAway() {
  loop_->Post([this] { ForEach(&SocketConnection::GoAway); });
}

void Shard::WhenEmpty(absl::AnyInvocable<void() &&> all_ended) {
  loop_->Post([this, all_ended = std::move(all_ended)]() mutable {
    all_ended_ = std::move(all_ended);
    TellIfEmpty();
  });
}

void Shard::End() {
  loop_->Post([this] { ForEach(&SocketConnection::End); });
}

}  // namespace cachestore::http2
