// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/engine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "stores/redis/cluster/cluster_router.h"
#include "stores/redis/cluster/slot.h"
#include "stores/redis/one_server_router.h"
#include "stores/redis/sentinel/sentinel_router.h"
#include "stores/redis/tls.h"
#include "stores/redis/url.h"

namespace cachestore::redis {
namespace {

absl::Status CheckTimeout(absl::string_view setting, absl::Duration timeout) {
  if (timeout >= absl::Milliseconds(1) && timeout <= absl::Hours(1)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(setting, ": is ", absl::FormatDuration(timeout),
                                                 "; give at least 1ms, and at most 1h"));
}

absl::StatusOr<std::shared_ptr<const TlsContext>> MakeTls(const Address& address,
                                                          const TlsFiles& files) {
  if (address.tls) return TlsContext::Create(files);
  const absl::string_view given = !files.ca.empty()            ? "redis_ca_file"
                                  : !files.certificate.empty() ? "redis_cert_file"
                                  : !files.key.empty()         ? "redis_key_file"
                                                               : "";
  if (given.empty()) return nullptr;
  return absl::InvalidArgumentError(absl::StrCat(
      given, ": is given, but storage_url is none of TLS; make it rediss://, or leave this out"));
}

// One part of a key decides alone about its slot where that part is in braces: in a prefix, it
// would for all keys.
absl::Status CheckPrefix(absl::string_view prefix) {
  if (HashedPartOf(prefix) == prefix) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "key_prefix: has a hash tag, a part in {braces}: one server of the cluster would have all "
      "keys; leave it out");
}

std::unique_ptr<Router> MakeRouter(Engine& engine, const Target& target,
                                   const ConnectionOptions& connection) {
  switch (target.kind) {
    case Target::Kind::kSentinel:
      return std::make_unique<SentinelRouter>(*engine.loop, engine.keys, target, connection);
    case Target::Kind::kCluster:
      return std::make_unique<ClusterRouter>(*engine.loop, engine.keys, target.places, connection);
    case Target::Kind::kOneServer:
      break;
  }
  return std::make_unique<OneServerRouter>(*engine.loop, engine.keys, connection);
}

}  // namespace

absl::StatusOr<std::shared_ptr<Engine>> Engine::Create(const RedisOptions& options) {
  absl::Status status = CheckLimits(options.limits);
  if (status.ok()) status = CheckTimeout("redis_timeout", options.timeout);
  if (status.ok()) status = CheckTimeout("redis_connect_timeout", options.connect_timeout);
  if (!status.ok()) return status;
  const absl::StatusOr<Target> target = ParseTarget(options.url);
  if (!target.ok()) return target.status();
  if (target->kind == Target::Kind::kCluster) status = CheckPrefix(options.key_prefix);
  if (!status.ok()) return status;
  absl::StatusOr<std::shared_ptr<const TlsContext>> tls = MakeTls(target->server, options.tls);
  if (!tls.ok()) return tls.status();

  ConnectionOptions connection = {.address = target->server,
                                  .tls = *std::move(tls),
                                  .timeout = options.timeout,
                                  .connect_timeout = options.connect_timeout,
                                  .max_calls = options.max_calls,
                                  .log = options.log};
  // Room for the commands and replies around the largest values.
  const size_t largest = options.limits.max_value_bytes + options.limits.max_key_bytes +
                         options.key_prefix.size() + 1024;
  connection.max_request_bytes = std::max(connection.max_request_bytes, 4 * largest);
  connection.max_reply_bytes = std::max(connection.max_reply_bytes, largest);
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  if (!loop.ok()) return loop.status();
  // From here on there is a thread, which only an engine stops.
  const auto engine = std::make_shared<Engine>(*std::move(loop), options);
  engine->router = MakeRouter(*engine, *target, connection);
  return engine;
}

Engine::Engine(std::unique_ptr<EventLoop> event_loop, const RedisOptions& options)
    : limits(options.limits),
      allow_clear_all(options.allow_clear_all),
      keys(options.key_prefix, options.limits.max_key_bytes),
      loop(std::move(event_loop)) {}

void Engine::Stop(const std::shared_ptr<Engine>& engine, absl::AnyInvocable<void() &&> stopped) {
  engine->is_stopping.store(true);
  engine->loop->Post([engine] { engine->router->Close(); });
  engine->loop->Stop([engine, stopped = std::move(stopped)]() mutable { std::move(stopped)(); });
}

}  // namespace cachestore::redis
