// SPDX-License-Identifier: Apache-2.0
#include "stores/blocking_cache_store.h"

#include <utility>

#include "stores/completion.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

// Calls `start` with a callback and waits for what the callback is given.
template <typename Result, typename Start>
Result Await(Start start) {
  struct {
    Mutex mutex;
    CondVar changed;
    std::optional<Result> result;
  } answer;
  const Completion::FreshStack fresh_stack;
  start([&answer](Result result) {
    // Notified under the lock: the waiter destroys both as soon as it can take it.
    MutexLock lock(answer.mutex);
    answer.result = std::move(result);
    answer.changed.NotifyAll();
  });
  MutexLock lock(answer.mutex);
  while (!answer.result.has_value()) answer.changed.Wait(answer.mutex);
  return *std::move(answer.result);
}

}  // namespace

absl::StatusOr<std::optional<absl::Cord>> BlockingCacheStore::Get(absl::string_view key,
                                                                  CallOptions options) {
  return Await<absl::StatusOr<std::optional<absl::Cord>>>(
      [&](auto done) { store_.Get(key, options, std::move(done)); });
}

absl::Status BlockingCacheStore::Set(absl::string_view key, absl::Cord value,
                                     std::optional<absl::Duration> ttl, CallOptions options) {
  return Await<absl::Status>(
      [&](auto done) { store_.Set(key, std::move(value), ttl, options, std::move(done)); });
}

absl::StatusOr<bool> BlockingCacheStore::Delete(absl::string_view key, CallOptions options) {
  return Await<absl::StatusOr<bool>>(
      [&](auto done) { store_.Delete(key, options, std::move(done)); });
}

absl::StatusOr<bool> BlockingCacheStore::Exists(absl::string_view key, CallOptions options) {
  return Await<absl::StatusOr<bool>>(
      [&](auto done) { store_.Exists(key, options, std::move(done)); });
}

absl::Status BlockingCacheStore::Clear(CallOptions options) {
  return Await<absl::Status>([&](auto done) { store_.Clear(options, std::move(done)); });
}

absl::Status BlockingCacheStore::Ping(CallOptions options) {
  return Await<absl::Status>([&](auto done) { store_.Ping(options, std::move(done)); });
}

absl::Status BlockingCacheStore::Close() {
  return Await<absl::Status>([&](auto done) { store_.Close(std::move(done)); });
}

}  // namespace cachestore
