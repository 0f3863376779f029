// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_CACHE_STORE_H_
#define STORES_CACHE_STORE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "stores/cache_options.h"

namespace cachestore {

struct StoreStats;  // stores/store_stats.h

// A cache: keys and values are byte strings (any byte, NUL included), every entry has a time to
// live, and what was stored may be gone at any time. Seven asynchronous operations, the same for
// memory in this process, a Redis, and a shared service (see CreateCacheStore in
// client/app_cache.h). Those with options, on many keys, and Increment come after them; a store
// that has only the seven is complete.
//
// Thread-safe. No operation blocks. Each takes a callback that runs exactly once, on an unspecified
// thread, possibly before the operation returns: hold no lock around a call. A callback must not
// block, and may do anything else: call the store, close it, destroy it. Recursion through
// callbacks is bounded: a chain of a million calls, each made in the callback of the one before,
// uses constant stack. Views need to live only until the operation returns.
//
// A call that starts after another's callback sees its effect; calls that overlap have no order.
//
// Every operation may also end with
//   FAILED_PRECONDITION  the store is closed
//   DEADLINE_EXCEEDED    the deadline passed, or the backend was too slow
//   UNAVAILABLE          the backend cannot be reached or is not ready
//   RESOURCE_EXHAUSTED   the backend is full, or too many calls are in flight
//   INTERNAL             the backend answered what nobody can make sense of
// and, where it takes a key, with
//   INVALID_ARGUMENT     the key is empty or longer than the store's max_key_bytes
// In-process stores check in this order: closed, deadline, arguments.
class CacheStore {
 public:
  using StatusCallback = absl::AnyInvocable<void(absl::Status) &&>;
  using GetCallback = absl::AnyInvocable<void(absl::StatusOr<std::optional<absl::Cord>>) &&>;
  using BoolCallback = absl::AnyInvocable<void(absl::StatusOr<bool>) &&>;
  using GetResultCallback = absl::AnyInvocable<void(absl::StatusOr<GetResult>) &&>;
  using ExistsResultCallback = absl::AnyInvocable<void(absl::StatusOr<ExistsResult>) &&>;
  using IncrementCallback = absl::AnyInvocable<void(absl::StatusOr<IncrementResult>) &&>;
  using BatchGetCallback = absl::AnyInvocable<void(absl::StatusOr<BatchGetResults>) &&>;
  using BatchBoolCallback = absl::AnyInvocable<void(absl::StatusOr<BatchBoolResults>) &&>;

  CacheStore() = default;
  CacheStore(const CacheStore&) = delete;
  CacheStore& operator=(const CacheStore&) = delete;

  // Closes the store if nobody has. Must not overlap the start of another call; calls in flight
  // still run their callbacks.
  virtual ~CacheStore() = default;

  // Reads the live entry under `key`: its value, or nullopt. A miss is data, never an error.
  // The value stays valid however the entry ends; a large one shares the store's memory.
  virtual void Get(absl::string_view key, const CallOptions& options, GetCallback done) = 0;

  // Stores `value` under `key`, replacing the value and the TTL of an entry that is there. Without
  // a `ttl` the store's default TTL applies; one below a millisecond is rounded up. The entry never
  // expires early, and at most 10 ms late. The store keeps a copy of the bytes that pins nothing
  // else, so a value may be a part of a larger buffer.
  //
  //   INVALID_ARGUMENT     also: value over max_value_bytes; ttl zero, negative or over max_ttl
  //   RESOURCE_EXHAUSTED   also: the entry alone is larger than the store; nothing has changed
  virtual void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
                   const CallOptions& options, StatusCallback done) = 0;

  // Removes the entry under `key`. True if a live one was there; false, which is no error, if not.
  virtual void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) = 0;

  // Whether a live entry is stored under `key`: Get without the value.
  virtual void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) = 0;

  // Removes every entry of this store that was stored before the call began, and nothing else. A
  // Set that overlaps may or may not survive. A Clear that failed was partial and can be repeated.
  // Callers wait O(entries) at most; other calls do not.
  virtual void Clear(const CallOptions& options, StatusCallback done) = 0;

  // The cheapest proof that the backend answers: OK, or UNAVAILABLE.
  virtual void Ping(const CallOptions& options, StatusCallback done) = 0;

  // Refuses new calls from now on, lets those in flight end, releases connections and memory, then
  // runs `done` with OK. Idempotent: every Close gets its callback, after the same event. From
  // inside a callback of this store, `done` runs after that callback has returned.
  virtual void Close(StatusCallback done) = 0;

  // ---- With options: one atomic step each. By default, what the seven cannot do is UNIMPLEMENTED.

  // Get that also tells the value's etag or the remaining TTL, or sets a new TTL. A touch of what
  // is absent creates nothing.
  //   INVALID_ARGUMENT     also: touch zero, negative or over max_ttl
  // The etag costs O(value bytes), and a touch O(log entries).
  virtual void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
                       GetResultCallback done);

  // The same without the value.
  virtual void ExistsWith(absl::string_view key, const ExistsOptions& exists,
                          const CallOptions& options, ExistsResultCallback done);

  // Set that may depend on what is stored, or keep its TTL. True if it stored; false, and nothing
  // has changed, if the condition was not met.
  //   INVALID_ARGUMENT     also: keep_ttl with a ttl; an etag that is not 20 bytes long
  // With an etag also O(bytes of the value that is there).
  virtual void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                       const CallOptions& options, BoolCallback done);

  // Removes the entry under `key` if its value has this etag. True if it did; false, and nothing
  // has changed, if the entry has another one or is not there.
  //   INVALID_ARGUMENT     also: an etag that is not 20 bytes long
  virtual void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                        BoolCallback done);

  // ---- Counters.

  // Adds `delta`, which may be negative or zero, to the number that is stored under `key` in
  // decimal, and gives the sum; an absent one counts as 0. The TTL, `ttl` or else the default one,
  // applies only if this call creates the entry; otherwise the entry keeps its own. Exact over all
  // of int64_t. Get reads the number's text, and Set may store it: digits without leading zeros,
  // with a minus sign if it is below zero.
  //
  //   INVALID_ARGUMENT     also: ttl zero, negative or over max_ttl, be it used or not
  //   FAILED_PRECONDITION  also: what is stored is no such number
  //   OUT_OF_RANGE         the sum is beyond int64_t; nothing has changed
  //   UNIMPLEMENTED        this store cannot count
  virtual void Increment(absl::string_view key, int64_t delta, std::optional<absl::Duration> ttl,
                         const CallOptions& options, IncrementCallback done);

  // ---- Batches: each as many calls in one, with a result for each key, in the order of the keys.
  //
  // A batch is not a transaction: others may see it half done, and a backend that fails for some
  // keys fails just those, each with a status of its own. A key may come twice: what is done for it
  // later sees what was done before, and of two entries to be set the later one wins.
  //
  //   INVALID_ARGUMENT     also: no key, or more than max_batch_keys; one key or entry that is
  //                        refused, which the error names, counted from zero (`keys[0]`,
  //                        `entries[1]`): then no part of the batch is done
  //
  // By default each is as many single calls at once. That knows neither max_batch_keys nor that the
  // store is closed; the other keys of a batch that is refused have had their calls; and the calls
  // for a key that comes twice have no order.

  virtual void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                        BatchGetCallback done);

  // True for each entry that was stored, as SetWith.
  virtual void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                        BatchBoolCallback done);

  // True for each key under which a live entry was.
  virtual void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                           BatchBoolCallback done);

  virtual void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                           BatchBoolCallback done);

  // ---- For operators.

  // What the store holds and has done. O(1), and waits for nobody but for a lock.
  virtual StoreStats GetStats() const;
};

}  // namespace cachestore

#endif  // STORES_CACHE_STORE_H_
