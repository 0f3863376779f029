// SPDX-License-Identifier: Apache-2.0
#include "service/server.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/time/clock.h"
#include "service/handlers/batch.h"
#include "service/handlers/cache.h"
#include "service/handlers/counter.h"
#include "service/handlers/health.h"
#include "service/handlers/reflection.h"
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
                       std::function<void()> on_close) {
  MethodTable methods = CacheMethods(stores, std::move(on_close));
  std::ranges::move(BatchMethods(stores, limits), std::back_inserter(methods));
  std::ranges::move(CounterMethods(stores), std::back_inserter(methods));
  std::ranges::move(HealthMethods(readiness), std::back_inserter(methods));
  std::ranges::move(ReflectionMethods(methods), std::back_inserter(methods));
  return methods;
}

absl::StatusOr<std::unique_ptr<Transport>> StartTransport(const ServerOptions& options,
                                                          Door& door) {
  const TransportOptions transport = {
      .listen = options.listen, .tls = options.tls, .max_receive_bytes = MaxReceiveBytes(options)};
  if (options.transport == TransportKind::kHttp2) return Http2Transport::Start(transport, door);
  return GrpcTransport::Start(transport, door);
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
  absl::StatusOr<std::unique_ptr<Transport>> transport =
      StartTransport(server->options_, server->door_);
  if (!transport.ok()) return transport.status();
  server->transport_ = *std::move(transport);
  return server;
}

Server::Server(const ServerOptions& options, std::unique_ptr<Namespaces> only, Namespaces& stores,
               const AccessControl* access, std::function<void()> on_close)
    : options_(options),
      only_(std::move(only)),
      door_(AllMethods(stores, {options.max_batch_keys, options.max_batch_bytes}, readiness_,
                       std::move(on_close)),
            access),
      health_monitor_(stores, readiness_, options.health_interval) {}

bool Server::Drain() {
  readiness_.Drain();
  // Calls are still taken: those who route them need time to see that they should no longer.
  absl::SleepFor(options_.drain_delay);
  return transport_->Drain(options_.drain_timeout);
}

}  // namespace cachestore
