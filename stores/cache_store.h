// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_CACHE_STORE_H_
#define STORES_CACHE_STORE_H_

#include <optional>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cachestore {

// What the caller of one operation asks for beyond its arguments.
struct CallOptions {
  // When the caller stops waiting. A call whose deadline has passed ends DEADLINE_EXCEEDED; whether
  // it took effect is then unknown. Default: no limit beyond the store's own.
  absl::Time deadline = absl::InfiniteFuture();
};

// A cache: keys and values are byte strings (any byte, NUL included), every entry has a time to
// live, and what was stored may be gone at any time. Seven asynchronous operations, the same for
// memory in this process, a Redis, and a shared service (see CreateCacheStore in
// client/app_cache.h).
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

  CacheStore() = default;
  CacheStore(const CacheStore&) = delete;
  CacheStore& operator=(const CacheStore&) = delete;

  // Closes the store if nobody has. Must not overlap the start of another call; calls in flight
  // still run their callbacks.
  virtual ~CacheStore() = default;

  // Reads the live entry under `key`: its value, or nullopt. A miss is data, never an error.
  // The value shares the store's memory by reference count; it stays valid however the entry ends.
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
};

}  // namespace cachestore

#endif  // STORES_CACHE_STORE_H_
