// SPDX-License-Identifier: Apache-2.0

// A call's pass and callback travel with its request. The gate's last pass stops the engine, so
// that it stays as long as a call is in flight, whether the store does or not.
#include "stores/redis/redis_cache_store.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/batch_item.h"
#include "stores/completion.h"
#include "stores/redis/clear_scan.h"
#include "stores/redis/client.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/results.h"
#include "stores/redis/scripts.h"
#include "stores/redis/set_command.h"
#include "stores/redis/url.h"
#include "stores/redis/wakeup.h"

namespace cachestore {
namespace {

using redis::Command;
using redis::Reply;
using redis::Rights;

absl::Status ReadOk(Reply, const Limits&) { return absl::OkStatus(); }

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

template <typename Result, typename Read>
void RedisCacheStore::Start(Rights::Right right, const CallOptions& options,
                            absl::FunctionRef<absl::StatusOr<Command>()> make, Read read,
                            Callback<Result> done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  absl::StatusOr<Command> command = status.ok() ? make() : std::move(status);
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
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::Get(engine_->keys.KeyOf(key));
  };
  Start(Rights::Right::kGet, options, make, redis::ValueOf, std::move(done));
}

void RedisCacheStore::Set(absl::string_view key, absl::Cord value,
                          std::optional<absl::Duration> ttl, const CallOptions& options,
                          StatusCallback done) {
  const auto make = [&]() -> absl::StatusOr<Command> {
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
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::UnlinkOne(engine_->keys.KeyOf(key));
  };
  Start(Rights::Right::kUnlink, options, make, redis::CountOf, std::move(done));
}

void RedisCacheStore::Exists(absl::string_view key, const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    return redis::Exists(engine_->keys.KeyOf(key));
  };
  Start(Rights::Right::kExists, options, make, redis::CountOf, std::move(done));
}

void RedisCacheStore::GetWith(absl::string_view key, const GetOptions& get,
                              const CallOptions& options, GetResultCallback done) {
  const bool is_plain = !get.want_ttl && !get.touch.has_value();
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    const absl::StatusOr<int64_t> touch_millis = CheckTouchMillis(get.touch, engine_->limits);
    if (!touch_millis.ok()) return touch_millis.status();
    std::string redis_key = engine_->keys.KeyOf(key);
    if (is_plain) return redis::Get(redis_key);
    return redis::GetAndTtl(std::move(redis_key), *touch_millis);
  };
  const auto read = [get](Reply reply, const Limits& limits) {
    return redis::GetResultOf(std::move(reply), get, limits);
  };
  Start(Rights::Right::kGet, options, make, read, std::move(done));
}

void RedisCacheStore::ExistsWith(absl::string_view key, const ExistsOptions& exists,
                                 const CallOptions& options, ExistsResultCallback done) {
  const bool is_touch = exists.touch.has_value();
  const bool is_ttl = !is_touch && exists.want_ttl;
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    const absl::StatusOr<int64_t> touch_millis = CheckTouchMillis(exists.touch, engine_->limits);
    if (!touch_millis.ok()) return touch_millis.status();
    const std::string redis_key = engine_->keys.KeyOf(key);
    if (is_touch) return redis::Pexpire(redis_key, *touch_millis);
    return is_ttl ? redis::Pttl(redis_key) : redis::Exists(redis_key);
  };
  const auto read = [is_ttl, exists](Reply reply, const Limits&) {
    return absl::StatusOr<ExistsResult>(is_ttl ? redis::ExistsResultOfTtl(reply)
                                               : redis::ExistsResultOf(reply, exists));
  };
  const Rights::Right right = is_touch ? Rights::Right::kPexpire
                              : is_ttl ? Rights::Right::kPttl
                                       : Rights::Right::kExists;
  Start(right, options, make, read, std::move(done));
}

void RedisCacheStore::SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                              const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<Command> {
    const absl::StatusOr<int64_t> ttl_millis = CheckSet(key, value.size(), set, engine_->limits);
    if (!ttl_millis.ok()) return ttl_millis.status();
    return redis::SetCommand(engine_->keys.KeyOf(key), std::move(value), set, *ttl_millis);
  };
  Start(Rights::Right::kSet, options, make, redis::StoredOf, std::move(done));
}

void RedisCacheStore::DeleteIf(absl::string_view key, absl::string_view etag,
                               const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    if (absl::Status status = CheckEtag(etag); !status.ok()) return status;
    return redis::UnlinkIfEtag(engine_->keys.KeyOf(key), etag);
  };
  Start(Rights::Right::kScripts, options, make, redis::CountOf, std::move(done));
}

void RedisCacheStore::Increment(absl::string_view key, int64_t delta,
                                std::optional<absl::Duration> ttl, const CallOptions& options,
                                IncrementCallback done) {
  const auto make = [&]() -> absl::StatusOr<Command> {
    if (absl::Status status = CheckKey(key, engine_->limits); !status.ok()) return status;
    const absl::StatusOr<int64_t> ttl_millis = CheckTtlMillis(ttl, engine_->limits);
    if (!ttl_millis.ok()) return ttl_millis.status();
    return redis::IncrementBy(engine_->keys.KeyOf(key), delta, *ttl_millis);
  };
  Start(Rights::Right::kScripts, options, make, redis::SumOf, std::move(done));
}

template <typename Result>
void RedisCacheStore::StartBatch(
    Rights::Right right, const CallOptions& options,
    absl::FunctionRef<absl::StatusOr<std::vector<Command>>()> make,
    absl::StatusOr<Result> (*read)(Reply reply, const Limits& limits),
    Callback<absl::StatusOr<std::vector<absl::StatusOr<Result>>>> done) {
  using Results = std::vector<absl::StatusOr<Result>>;
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  absl::StatusOr<std::vector<Command>> commands = status.ok() ? make() : std::move(status);
  if (!commands.ok()) {
    return Completion::Run(pass, done,
                           [&]() -> absl::StatusOr<Results> { return commands.status(); });
  }
  Engine& engine = *engine_;
  engine.client.SendAll(
      right, *std::move(commands), options.deadline,
      [&engine, read, pass = std::move(pass),
       done = std::move(done)](absl::StatusOr<std::vector<absl::StatusOr<Reply>>> replies) mutable {
        Completion::Run(pass, done, [&]() -> absl::StatusOr<Results> {
          if (!replies.ok()) return replies.status();
          Results results;
          results.reserve(replies->size());
          for (absl::StatusOr<Reply>& reply : *replies) {
            results.push_back(reply.ok() ? read(*std::move(reply), engine.limits)
                                         : absl::StatusOr<Result>(reply.status()));
          }
          if (absl::Status all = StatusOfItems(results); !all.ok()) return all;
          return results;
        });
      });
}

template <typename Result>
void RedisCacheStore::StartKeys(
    Rights::Right right, absl::Span<const absl::string_view> keys, const CallOptions& options,
    Command (*command)(absl::string_view key),
    absl::StatusOr<Result> (*read)(Reply reply, const Limits& limits),
    Callback<absl::StatusOr<std::vector<absl::StatusOr<Result>>>> done) {
  const auto make = [&]() -> absl::StatusOr<std::vector<Command>> {
    if (absl::Status status = CheckKeys(keys, engine_->limits); !status.ok()) return status;
    std::vector<Command> commands;
    commands.reserve(keys.size());
    std::string redis_key;
    for (const absl::string_view key : keys) {
      engine_->keys.PutKeyOf(key, redis_key);
      commands.push_back(command(redis_key));
    }
    return commands;
  };
  StartBatch(right, options, make, read, std::move(done));
}

void RedisCacheStore::BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                               BatchGetCallback done) {
  StartKeys(Rights::Right::kGet, keys, options, redis::Get, redis::ValueOf, std::move(done));
}

void RedisCacheStore::BatchDelete(absl::Span<const absl::string_view> keys,
                                  const CallOptions& options, BatchBoolCallback done) {
  StartKeys(Rights::Right::kUnlink, keys, options, redis::UnlinkOne, redis::CountOf,
            std::move(done));
}

void RedisCacheStore::BatchExists(absl::Span<const absl::string_view> keys,
                                  const CallOptions& options, BatchBoolCallback done) {
  StartKeys(Rights::Right::kExists, keys, options, redis::Exists, redis::CountOf, std::move(done));
}

void RedisCacheStore::BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                               BatchBoolCallback done) {
  const auto make = [&]() -> absl::StatusOr<std::vector<Command>> {
    const absl::StatusOr<std::vector<int64_t>> ttl_millis = CheckEntries(entries, engine_->limits);
    if (!ttl_millis.ok()) return ttl_millis.status();
    std::vector<Command> commands;
    commands.reserve(entries.size());
    std::string redis_key;
    for (size_t i = 0; i < entries.size(); ++i) {
      SetEntry& entry = entries[i];
      engine_->keys.PutKeyOf(entry.key, redis_key);
      commands.push_back(
          redis::SetCommand(redis_key, std::move(entry.value), entry.options, (*ttl_millis)[i]));
    }
    return commands;
  };
  StartBatch(Rights::Right::kSet, options, make, redis::StoredOf, std::move(done));
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
