// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/http2_transport.h"

#include <algorithm>
#include <utility>

#include "service/transports/http2/tls.h"
#include "stores/steady_deadline.h"

namespace cachestore {
namespace {

// How long a peer has to say that it has heard that it is to go elsewhere. Until then, what it
// sends is served.
constexpr absl::Duration kGoAwayTime = absl::Seconds(1);

// How long peers have, once all is answered, to read what was sent and hang up.
constexpr absl::Duration kHangUpTime = absl::Milliseconds(200);

http2::Lifetime::Limits LifetimeOf(const TransportOptions& options,
                                   const Http2Transport::Limits& limits) {
  http2::Lifetime::Limits lifetime = limits.lifetime;
  lifetime.age = std::min(lifetime.age, absl::ToChronoNanoseconds(options.max_connection_age));
  return lifetime;
}

}  // namespace

class Http2Transport::Countdown {
 public:
  explicit Countdown(size_t count) : left_(count) {}

  void Down() ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    if (--left_ == 0) changed_.NotifyAll();
  }

  // Whether it is down by `deadline`.
  bool AwaitUntil(std::chrono::steady_clock::time_point deadline) ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    while (left_ > 0 && changed_.WaitUntil(mutex_, deadline)) {
    }
    return left_ == 0;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  size_t left_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<Http2Transport>> Http2Transport::Start(
    const TransportOptions& options, Door& door, const Limits& limits) {
  std::unique_ptr<Http2Transport> transport(new Http2Transport(options, door, limits));
  if (absl::Status status = transport->Listen(options); !status.ok()) return status;
  return transport;
}

Http2Transport::Http2Transport(const TransportOptions& options, Door& door, const Limits& limits)
    : door_(door),
      connections_(options.connections),
      connection_options_({.max_message_bytes = options.max_receive_bytes,
                           .max_unsent_bytes = limits.max_unsent_bytes_of_one,
                           .session = limits.session,
                           .lifetime = LifetimeOf(options, limits)}),
      service_(door, limits.max_unsent_bytes),
      calls_(std::make_shared<Countdown>(1)) {}

absl::Status Http2Transport::Listen(const TransportOptions& options) {
  std::vector<http2::Listener> listeners;
  for (const std::string& address : options.listen) {
    absl::StatusOr<http2::Listener> listener =
        http2::Listener::Create(address, options.unix_socket_mode);
    if (!listener.ok()) return listener.status();
    addresses_.push_back(listener->address());
    listeners.push_back(*std::move(listener));
  }
  for (size_t i = 0; i < options.threads; ++i) {
    absl::StatusOr<std::unique_ptr<http2::Shard>> shard =
        http2::Shard::Create(connection_options_, service_, *connections_);
    if (!shard.ok()) return shard.status();
    shards_.push_back(*std::move(shard));
  }
  auto tls = options.tls != nullptr ? std::make_unique<http2::TlsStreams>(*options.tls) : nullptr;
  acceptor_ = std::make_unique<http2::Acceptor>(std::move(listeners), std::move(tls),
                                                shards_.front()->loop(), shards_,
                                                options.max_connections, *connections_);
  for (const auto& shard : shards_) shard->loop().Start();
  return absl::OkStatus();
}

Http2Transport::~Http2Transport() {
  if (acceptor_ == nullptr && !drained_) return;  // It never came to listen.
  if (!drained_) Drain(absl::ZeroDuration());
  // A store may still owe answers, which find their loop.
  calls_->AwaitUntil(SteadyDeadline(absl::InfiniteDuration()));
  for (const auto& shard : shards_) shard->loop().Stop();
}

void Http2Transport::StopAccepting() {
  Countdown stopped(1);
  shards_.front()->loop().Post([this, &stopped] {
    acceptor_.reset();
    stopped.Down();
  });
  stopped.AwaitUntil(SteadyDeadline(absl::InfiniteDuration()));
}

bool Http2Transport::Drain(absl::Duration timeout) {
  const auto deadline = SteadyDeadline(timeout);
  drained_ = true;
  StopAccepting();
  const auto all_going = std::make_shared<Countdown>(shards_.size());
  for (const auto& shard : shards_) shard->AnnounceGoAway([all_going] { all_going->Down(); });
  all_going->AwaitUntil(std::min(deadline, SteadyDeadline(kGoAwayTime)));
  for (const auto& shard : shards_) shard->GoAway();
  all_going->AwaitUntil(SteadyDeadline(absl::InfiniteDuration()));

  // Whatever a connection has not taken by now, it will not take any more.
  door_.Close([calls = calls_] { calls->Down(); });
  const bool answered_all = calls_->AwaitUntil(deadline);

  const auto all_ended = std::make_shared<Countdown>(shards_.size());
  for (const auto& shard : shards_) shard->WhenEmpty([all_ended] { all_ended->Down(); });
  all_ended->AwaitUntil(std::min(deadline, SteadyDeadline(kHangUpTime)));
  for (const auto& shard : shards_) shard->End();
  all_ended->AwaitUntil(SteadyDeadline(absl::InfiniteDuration()));
  return answered_all;
}

}  // namespace cachestore
