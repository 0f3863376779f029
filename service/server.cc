// SPDX-License-Identifier: Apache-2.0
#include "service/server.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "service/handlers/admin.h"
#include "service/handlers/batch.h"
#include "service/handlers/cache.h"
#include "service/handlers/counter.h"
#include "service/handlers/health.h"
#include "service/handlers/reflection.h"
#include "service/transports/accepted_connections.h"
#include "service/transports/grpc/grpc_transport.h"
#include "service/transports/http2/http2_transport.h"

namespace cachestore {
namespace {

// What the largest message may be, so that a value that is too large still reaches the store and
// gets the error that says so.
size_t MaxReceiveBytes(const ServerOptions& options) {
  constexpr size_t kFraming = size_t{64} << 10;
  return std::max(2 * options.max_value_bytes, options.max_batch_bytes) + options.max_key_bytes +
         kFraming;
}

MethodTable AllMethods(Namespaces& stores, const BatchLimits& limits, Readiness& readiness,
                       bool reflection, std::function<void()> on_close,
                       std::function<v1::StatsResponse(bool want_history)> stats) {
  MethodTable methods = CacheMethods(stores, std::move(on_close));
  std::ranges::move(AdminMethods(std::move(stats)), std::back_inserter(methods));
  std::ranges::move(BatchMethods(stores, limits), std::back_inserter(methods));
  std::ranges::move(CounterMethods(stores), std::back_inserter(methods));
  std::ranges::move(HealthMethods(readiness), std::back_inserter(methods));
  if (reflection) std::ranges::move(ReflectionMethods(methods), std::back_inserter(methods));
  return methods;
}

absl::StatusOr<std::unique_ptr<Transport>> StartTransport(TransportKind kind,
                                                          const TransportOptions& options,
                                                          Door& door) {
  if (kind == TransportKind::kHttp2) return Http2Transport::Start(options, door);
  return GrpcTransport::Start(options, door);
}

size_t ThreadsOf(const ServerOptions& options) {
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return options.threads > 0 ? options.threads : cores;
}

TransportOptions TransportOptionsOf(const ServerOptions& options,
                                    std::shared_ptr<ConnectionCounts> connections) {
  return {.listen = options.listen,
          .tls = options.tls,
          .unix_socket_mode = options.unix_socket_mode,
          .threads = ThreadsOf(options),
          .max_connections = options.max_connections,
          .connections = std::move(connections),
          .max_connection_age = options.max_connection_age,
          .max_receive_bytes = MaxReceiveBytes(options)};
}

absl::Status OfSetting(absl::string_view name, const absl::Status& status) {
  return {status.code(), absl::StrCat(name, ": ", status.message())};
}

// For probes: they are few, and say little.
TransportOptions HealthTransportOptionsOf(const ServerOptions& options) {
  return {.listen = options.health_listen,
          .unix_socket_mode = options.unix_socket_mode,
          .threads = 1,
          .max_connections = 64,
          .max_receive_bytes = size_t{64} << 10};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      CacheStore& store,
                                                      std::function<void()> on_close) {
  auto only = std::make_unique<Namespaces>(store);
  Namespaces& stores = *only;
  return Listen(std::unique_ptr<Server>(
      new Server(options, std::move(only), stores, /*access=*/nullptr, std::move(on_close))));
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      Namespaces& stores,
                                                      const AccessControl* access,
                                                      std::function<void()> on_close) {
  return Listen(std::unique_ptr<Server>(
      new Server(options, /*only=*/nullptr, stores, access, std::move(on_close))));
}

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(std::unique_ptr<Server> server) {
  const ServerOptions& options = server->options_;
  absl::StatusOr<std::unique_ptr<Transport>> transport = StartTransport(
      options.transport, TransportOptionsOf(options, server->connections_), server->door_);
  if (!transport.ok()) return OfSetting("listen", transport.status());
  server->transport_ = *std::move(transport);
  {
    const MutexLock lock(server->mutex_);
    server->accepting_at_ = server->transport_->addresses();
  }
  if (options.health_listen.empty()) return server;
  // Whatever carries calls: it is in the clear, and strangers may reach it.
  absl::StatusOr<std::unique_ptr<Http2Transport>> health =
      Http2Transport::Start(HealthTransportOptionsOf(options), server->health_door_);
  if (!health.ok()) return OfSetting("health_listen", health.status());
  server->health_transport_ = *std::move(health);
  return server;
}

Server::Server(const ServerOptions& options, std::unique_ptr<Namespaces> only, Namespaces& stores,
               const AccessControl* access, std::function<void()> on_close)
    : options_(options),
      only_(std::move(only)),
      door_(AllMethods(stores, {options.max_batch_keys, options.max_batch_bytes}, readiness_,
                       options.reflection, std::move(on_close),
                       [this](bool want_history) { return stats_.Read(want_history); }),
            {.access = access,
             .needs_certificate = options.tls != nullptr && options.tls->asks_for_certificates(),
             .distrusts_loopback = options.distrusts_loopback,
             .measures_calls = options.measures_calls,
             .log = options.call_log}),
      health_door_(HealthMethods(readiness_)),
      health_monitor_(stores, readiness_, options.health_interval),
      stats_({.backend = options.backend,
              .door = door_,
              .readiness = readiness_,
              .stores = stores,
              .connections = [this] { return ConnectionsNow(); },
              .threads = ThreadsOf(options)}) {}

std::vector<std::string> Server::AcceptingAt() const {
  const MutexLock lock(mutex_);
  return accepting_at_;
}

v1::ConnectionStats Server::ConnectionsNow() const {
  v1::ConnectionStats stats;
  if (options_.transport == TransportKind::kGrpc) {
    stats.set_open(CountAcceptedConnections(AcceptingAt()));
    return stats;
  }
  stats.set_open(connections_->open.load(std::memory_order_relaxed));
  stats.set_max_open(options_.max_connections);
  stats.set_refused(connections_->refused.load(std::memory_order_relaxed));
  return stats;
}

std::vector<std::string> Server::health_addresses() const {
  return health_transport_ != nullptr ? health_transport_->addresses() : std::vector<std::string>{};
}

bool Server::Drain() {
  readiness_.Drain();
  // Calls are still taken: those who route them need time to see that they should no longer.
  absl::SleepFor(options_.drain_delay);
  const bool answered_all = transport_->Drain(options_.drain_timeout);
  // Probes are told that it is not ready, until the end.
  if (health_transport_ != nullptr) health_transport_->Drain(absl::ZeroDuration());
  return answered_all;
}

}  // namespace cachestore
