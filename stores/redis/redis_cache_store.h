// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REDIS_CACHE_STORE_H_
#define STORES_REDIS_REDIS_CACHE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"
#include "stores/redis/command.h"
#include "stores/redis/engine.h"
#include "stores/redis/redis_options.h"
#include "stores/redis/reply.h"
#include "stores/redis/rights.h"
#include "stores/store_stats.h"

namespace cachestore {

// A Redis as a CacheStore. All calls share one connection, pipelined, on one thread of the store's
// own; callbacks run there too. Entries are Redis strings under `key_prefix` + key, with Redis's
// own TTL (SET ... PX), so that any client can read them; what else the Redis holds is left alone.
//
// A call takes as long as Redis does, and at most `timeout`; Clear takes several steps of that, and
// at most the caller's deadline. What was sent is never sent again: where the connection is lost
// before the answer came, the call ends UNAVAILABLE and may have had its effect. The connection
// comes back by itself (stores/redis/connection_machine.h); until then calls end UNAVAILABLE at
// once. docs/redis.md tells operators more.
//
// What takes more than one command to do in one step is a script of Lua; what a batch does is a
// command for each item, sent together: what has been answered when the connection is lost keeps
// its result, and the rest is UNAVAILABLE. Needs Redis 6 or newer.
//
// Beyond what every store answers:
//   FAILED_PRECONDITION  the key holds something other than a string, or a value over
//                        max_value_bytes; Clear with an empty prefix, unless allow_clear_all
class RedisCacheStore final : public CacheStore {
 public:
  using Options = RedisOptions;

  // Connects with the first call: a Redis that is not there yet is no error here. INVALID_ARGUMENT
  // names the setting that is wrong; it never shows a password. RESOURCE_EXHAUSTED if this process
  // can have no more threads or descriptors.
  static absl::StatusOr<std::unique_ptr<RedisCacheStore>> Create(const Options& options);

  // Waits for the callback that is running, if any, but for no call in flight: those go on, on the
  // store's thread, and end it. Who wants that to be over, before exit() say, closes first and
  // waits for the answer.
  ~RedisCacheStore() override;

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override;
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override;
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Clear(const CallOptions& options, StatusCallback done) override;
  void Ping(const CallOptions& options, StatusCallback done) override;
  void Close(StatusCallback done) override;

  void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
               GetResultCallback done) override;
  void ExistsWith(absl::string_view key, const ExistsOptions& exists, const CallOptions& options,
                  ExistsResultCallback done) override;
  void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
               const CallOptions& options, BoolCallback done) override;
  void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                BoolCallback done) override;
  void Increment(absl::string_view key, int64_t delta, std::optional<absl::Duration> ttl,
                 const CallOptions& options, IncrementCallback done) override;

  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override;
  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override;
  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;
  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;

  StoreStats GetStats() const override;

 private:
  template <typename Result>
  using Callback = absl::AnyInvocable<void(Result) &&>;

  explicit RedisCacheStore(std::shared_ptr<redis::Engine> engine);

  // Sends the command that `make` gives, and gives `done` what `read` makes of the reply.
  template <typename Result, typename Read>
  void Start(redis::Rights::Right right, const CallOptions& options,
             absl::FunctionRef<absl::StatusOr<redis::Command>()> make, Read read,
             Callback<Result> done);

  // The same for a batch: `make` gives a command for each item.
  template <typename Result>
  void StartBatch(redis::Rights::Right right, const CallOptions& options,
                  absl::FunctionRef<absl::StatusOr<std::vector<redis::Command>>()> make,
                  absl::StatusOr<Result> (*read)(redis::Reply reply, const Limits& limits),
                  Callback<absl::StatusOr<std::vector<absl::StatusOr<Result>>>> done);

  // A batch of keys: `command` gives that for each.
  template <typename Result>
  void StartKeys(redis::Rights::Right right, absl::Span<const absl::string_view> keys,
                 const CallOptions& options, redis::Command (*command)(absl::string_view key),
                 absl::StatusOr<Result> (*read)(redis::Reply reply, const Limits& limits),
                 Callback<absl::StatusOr<std::vector<absl::StatusOr<Result>>>> done);

  // A call that may take several commands: `start` begins it, and gives `finish` its result.
  void StartSteps(const CallOptions& options,
                  absl::FunctionRef<void(redis::Engine& engine, StatusCallback finish)> start,
                  StatusCallback done);

  // What calls use; outlasts the store until the last of them has left.
  const std::shared_ptr<redis::Engine> engine_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // STORES_REDIS_REDIS_CACHE_STORE_H_
