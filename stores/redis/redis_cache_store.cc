// SPDX-License-Identifier: Apache-2.0

// A call's pass and callback travel with its request. The gate's last pass stops the engine, so
// that it stays as long as a call is in flight, whether the store does or not.
#include "stores/redis/redis_cache_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/batch_item.h"
#include "stores/completion.h"
#include "stores/redis/engine.h"
#include "stores/redis/results.h"
#include "stores/redis/scripts.h"
#include "stores/redis/set_command.h"

namespace cachestore {
namespace {

using redis::Command;
using redis::Reply;
using redis::Rights;

absl::Status ReadOk(Reply, const Limits&) { return absl::OkStatus(); }

}  // namespace

absl::StatusOr<std::unique_ptr<RedisCacheStore>> RedisCacheStore::Create(const Options& options) {
  absl::StatusOr<std::shared_ptr<redis::Engine>> engine = redis::Engine::Create(options);
  if (!engine.ok()) return engine.status();
  return std::unique_ptr<RedisCacheStore>(new RedisCacheStore(*std::move(engine)));
}

RedisCacheStore::RedisCacheStore(std::shared_ptr<redis::Engine> engine)
    : engine_(std::move(engine)) {}

RedisCacheStore::~RedisCacheStore() {
  gate_.Close([engine = engine_] { redis::Engine::Stop(engine, [] {}); });
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
  redis::Engine& engine = *engine_;
  engine.router->Send(right, *std::move(command), options.deadline,
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
    const absl::StatusOr<int64_t> ttl_millis =
        CheckSet(key, value.size(), {.ttl = ttl}, engine_->limits);
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
  redis::Engine& engine = *engine_;
  engine.router->SendAll(
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
  const auto start = [&options](redis::Engine& engine, StatusCallback finish) {
    if (!engine.keys.is_everything() || engine.allow_clear_all) {
      return engine.router->Clear(options.deadline, std::move(finish));
    }
    std::move(finish)(absl::FailedPreconditionError(
        "key_prefix is empty, so Clear would remove all that is in the database; give a "
        "key_prefix, or allow it (redis_allow_clear_all)"));
  };
  StartSteps(options, start, std::move(done));
}

void RedisCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  const auto start = [&options](redis::Engine& engine, StatusCallback finish) {
    engine.router->Ping(options.deadline, std::move(finish));
  };
  StartSteps(options, start, std::move(done));
}

void RedisCacheStore::StartSteps(
    const CallOptions& options,
    absl::FunctionRef<void(redis::Engine&, StatusCallback finish)> start, StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  if (!status.ok()) return Completion::Run(pass, done, [&] { return std::move(status); });
  redis::Engine& engine = *engine_;
  start(engine, [pass = std::move(pass), done = std::move(done)](absl::Status result) mutable {
    Completion::Run(pass, done, [&] { return std::move(result); });
  });
}

void RedisCacheStore::Close(StatusCallback done) {
  gate_.Close([engine = engine_, done = std::move(done)]() mutable {
    redis::Engine::Stop(engine,
                        [done = std::move(done)]() mutable { Completion::RunClosed(done); });
  });
}

StoreStats RedisCacheStore::GetStats() const { return {.redis = engine_->router->GetStats()}; }

}  // namespace cachestore
