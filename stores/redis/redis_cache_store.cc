// SPDX-License-Identifier: Apache-2.0

// A call's pass and callback travel with its request. The gate's last pass stops the engine, so
// that it stays as long as a call is in flight, whether the store does or not.
#include "stores/redis/redis_cache_store.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/completion.h"
#include "stores/redis/clear_scan.h"
#include "stores/redis/client.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/url.h"
#include "stores/redis/wakeup.h"

namespace cachestore {
namespace {

using redis::Reply;
using redis::Rights;

absl::StatusOr<std::optional<absl::Cord>> ReadValue(Reply reply, const Limits& limits) {
  if (reply.type == Reply::Type::kNil) return std::nullopt;
  if (reply.text.size() > limits.max_value_bytes) {
    return absl::FailedPreconditionError(absl::StrCat(
        "key: Redis holds a value of ", reply.text.size(), " bytes there; the limit is ",
        limits.max_value_bytes, " bytes (max_value_bytes): raise it, or delete the key"));
  }
  return absl::Cord(std::move(reply.text));
}

absl::Status ReadOk(Reply, const Limits&) { return absl::OkStatus(); }

absl::StatusOr<bool> ReadCount(Reply reply, const Limits&) { return reply.integer > 0; }

absl::Status CheckTimeout(absl::string_view setting, absl::Duration timeout) {
  if (timeout >= absl::Milliseconds(1) && timeout <= absl::Hours(1)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(setting, ": is ", absl::FormatDuration(timeout),
                                                 "; give at least 1ms, and at most 1h"));
}

absl::StatusOr<std::shared_ptr<const redis::TlsContext>> MakeTls(const redis::Address& address,
                                                                 const redis::TlsFiles& files) {
  if (address.tls) return redis::TlsContext::Create(files);
  const absl::string_view given = !files.ca.empty()            ? "redis_ca_file"
                                  : !files.certificate.empty() ? "redis_cert_file"
                                  : !files.key.empty()         ? "redis_key_file"
                                                               : "";
  if (given.empty()) return nullptr;
  return absl::InvalidArgumentError(absl::StrCat(
      given, ": is given, but storage_url is none of TLS; make it rediss://, or leave this out"));
}

}  // namespace

struct RedisCacheStore::Engine {
  Engine(std::unique_ptr<redis::EventLoop> event_loop, std::shared_ptr<const redis::Wakeup> wakeup,
         const redis::ConnectionOptions& connection_options, const Options& options)
      : limits(options.limits),
        allow_clear_all(options.allow_clear_all),
        keys(options.key_prefix, options.limits.max_key_bytes),
        loop(std::move(event_loop)),
        client(*loop, std::move(wakeup), keys, connection_options) {}

  // For when all passes are back. Runs `stopped` when thread, connection and memory are gone.
  static void Stop(const std::shared_ptr<Engine>& engine, absl::AnyInvocable<void() &&> stopped) {
    engine->is_stopping.store(true);
    engine->loop->Post([engine] { engine->client.Close(); });
    engine->loop->Stop([engine, stopped = std::move(stopped)]() mutable { std::move(stopped)(); });
  }

  const Limits limits;
  const bool allow_clear_all;
  const redis::KeySpace keys;
  std::atomic<bool> is_stopping{false};
  const std::unique_ptr<redis::EventLoop> loop;
  redis::Client client;
};

absl::StatusOr<std::unique_ptr<RedisCacheStore>> RedisCacheStore::Create(const Options& options) {
  absl::Status status = CheckLimits(options.limits);
  if (status.ok()) status = CheckTimeout("redis_timeout", options.timeout);
  if (status.ok()) status = CheckTimeout("redis_connect_timeout", options.connect_timeout);
  if (!status.ok()) return status;
  absl::StatusOr<redis::Address> address = redis::ParseUrl(options.url);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::shared_ptr<const redis::TlsContext>> tls = MakeTls(*address, options.tls);
  if (!tls.ok()) return tls.status();

  redis::ConnectionOptions connection = {.address = *std::move(address),
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
  absl::StatusOr<std::shared_ptr<const redis::Wakeup>> wakeup = redis::Wakeup::Create();
  if (!wakeup.ok()) return wakeup.status();
  // The last, as from here on there is a thread, which only an engine stops.
  absl::StatusOr<std::unique_ptr<redis::EventLoop>> loop = redis::EventLoop::Create();
  if (!loop.ok()) return loop.status();
  return std::unique_ptr<RedisCacheStore>(new RedisCacheStore(
      std::make_shared<Engine>(*std::move(loop), *std::move(wakeup), connection, options)));
}

RedisCacheStore::RedisCacheStore(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

RedisCacheStore::~RedisCacheStore() {
  gate_.Close([engine = engine_] { Engine::Stop(engine, [] {}); });
  // The call whose callback let go of this store may still be about to leave.
  if (!engine_->is_stopping.load()) engine_->loop->AwaitTurn(absl::Seconds(1));
  // With nothing in flight the thread is at its end. Otherwise that comes when the last call has
  // been answered, and is not waited for.
  if (engine_->is_stopping.load()) engine_->loop->Join();
}

template <typename Result>
void RedisCacheStore::Start(Rights::Right right, const CallOptions& options,
                            absl::FunctionRef<absl::StatusOr<redis::Command>()> make,
                            Result (*read)(Reply reply, const Limits& limits),
                            Callback<Result> done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  absl::StatusOr<redis::Command> command = status.ok() ? make() : std::move(status);
  if (!command.ok()) {
    return Completion::Run(pass, done, [&]() -> Result { return command.status(); });
  }
  Engine& engine = *engine_;
  engine.client.Send(redis::RequestLimit::Kind::kCall, right, *std::move(command), options.deadline,
                     [&engine, read, pass = std::move(pass),
                      done = std::move(done)](absl::StatusOr<Reply> reply) mutable {
                       Completion::Run(pass, done, [&]() -> Result {
                         if (!reply.ok()) return reply.status();
                         return read(*std::move(reply), engine.limits);
                       });
                     });
}

void RedisCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  const auto make = [&]() -> absl::StatusOr<redis::Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::Get(engine_->keys.KeyOf(key));
  };
  Start(Rights::Right::kGet, options, make, ReadValue, std::move(done));
}

void RedisCacheStore::Set(absl::string_view key, absl::Cord value,
                          std::optional<absl::Duration> ttl, const CallOptions& options,
                          StatusCallback done) {
  const auto make = [&]() -> absl::StatusOr<redis::Command> {
    absl::Status status = CheckKey(key, engine_->limits);
    if (status.ok()) status = CheckValueSize(value.size(), engine_->limits);
    if (!status.ok()) return status;
    const absl::StatusOr<int64_t> ttl_millis = CheckTtlMillis(ttl, engine_->limits);
    if (!ttl_millis.ok()) return ttl_millis.status();
    return redis::SetPx(engine_->keys.KeyOf(key), value, *ttl_millis);
  };
  Start(Rights::Right::kSet, options, make, ReadOk, std::move(done));
}

void RedisCacheStore::Delete(absl::string_view key, const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<redis::Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::Unlink({engine_->keys.KeyOf(key)});
  };
  Start(Rights::Right::kUnlink, options, make, ReadCount, std::move(done));
}

void RedisCacheStore::Exists(absl::string_view key, const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<redis::Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::Exists(engine_->keys.KeyOf(key));
  };
  Start(Rights::Right::kExists, options, make, ReadCount, std::move(done));
}

void RedisCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  const auto start = [&options](Engine& engine, StatusCallback finish) {
    if (!engine.keys.is_everything() || engine.allow_clear_all) {
      return redis::ClearKeys(engine.client, options.deadline, std::move(finish));
    }
    std::move(finish)(absl::FailedPreconditionError(
        "key_prefix is empty, so Clear would remove all that is in the database; give a "
        "key_prefix, or allow it (redis_allow_clear_all)"));
  };
  StartSteps(options, start, std::move(done));
}

void RedisCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  const auto start = [&options](Engine& engine, StatusCallback finish) {
    engine.client.Ping(options.deadline, std::move(finish));
  };
  StartSteps(options, start, std::move(done));
}

void RedisCacheStore::StartSteps(const CallOptions& options,
                                 absl::FunctionRef<void(Engine&, StatusCallback finish)> start,
                                 StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  if (!status.ok()) return Completion::Run(pass, done, [&] { return std::move(status); });
  Engine& engine = *engine_;
  start(engine, [pass = std::move(pass), done = std::move(done)](absl::Status result) mutable {
    Completion::Run(pass, done, [&] { return std::move(result); });
  });
}

void RedisCacheStore::Close(StatusCallback done) {
  gate_.Close([engine = engine_, done = std::move(done)]() mutable {
    Engine::Stop(engine, [done = std::move(done)]() mutable { Completion::RunClosed(done); });
  });
}

}  // namespace cachestore
