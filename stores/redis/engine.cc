// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/engine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

}  // namespace

absl::StatusOr<std::shared_ptr<Engine>> Engine::Create(const RedisOptions& options) {
  absl::Status status = CheckLimits(options.limits);
  if (status.ok()) status = CheckTimeout("redis_timeout", options.timeout);
  if (status.ok()) status = CheckTimeout("redis_connect_timeout", options.connect_timeout);
  if (!status.ok()) return status;
  absl::StatusOr<Address> address = ParseUrl(options.url);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::shared_ptr<const TlsContext>> tls = MakeTls(*address, options.tls);
  if (!tls.ok()) return tls.status();

  ConnectionOptions connection = {.address = *std::move(address),
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
  absl::StatusOr<std::shared_ptr<const Wakeup>> wakeup = Wakeup::Create();
  if (!wakeup.ok()) return wakeup.status();
  // The last, as from here on there is a thread, which only an engine stops.
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  if (!loop.ok()) return loop.status();
  return std::make_shared<Engine>(*std::move(loop), *std::move(wakeup), connection, options);
}

Engine::Engine(std::unique_ptr<EventLoop> event_loop, std::shared_ptr<const Wakeup> wakeup,
               const ConnectionOptions& connection, const RedisOptions& options)
    : limits(options.limits),
      allow_clear_all(options.allow_clear_all),
      keys(options.key_prefix, options.limits.max_key_bytes),
      loop(std::move(event_loop)),
      client(*loop, std::move(wakeup), keys, connection) {}

void Engine::Stop(const std::shared_ptr<Engine>& engine, absl::AnyInvocable<void() &&> stopped) {
  engine->is_stopping.store(true);
  engine->loop->Post([engine] { engine->client.Close(); });
  engine->loop->Stop([engine, stopped = std::move(stopped)]() mutable { std::move(stopped)(); });
}

}  // namespace cachestore::redis
