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

std::vector<absl::string_view> ViewsOf(const std::vector<std::string>& keys) {
  return {keys.begin(), keys.end()};
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

absl::StatusOr<GetResult> BlockingCacheStore::GetWith(absl::string_view key, const GetOptions& get,
                                                      CallOptions options) {
  return Await<absl::StatusOr<GetResult>>(
      [&](auto done) { store_.GetWith(key, get, options, std::move(done)); });
}

absl::StatusOr<ExistsResult> BlockingCacheStore::ExistsWith(absl::string_view key,
                                                            const ExistsOptions& exists,
                                                            CallOptions options) {
  return Await<absl::StatusOr<ExistsResult>>(
      [&](auto done) { store_.ExistsWith(key, exists, options, std::move(done)); });
}

absl::StatusOr<bool> BlockingCacheStore::SetWith(absl::string_view key, absl::Cord value,
                                                 const SetOptions& set, CallOptions options) {
  return Await<absl::StatusOr<bool>>(
      [&](auto done) { store_.SetWith(key, std::move(value), set, options, std::move(done)); });
}

absl::StatusOr<bool> BlockingCacheStore::DeleteIf(absl::string_view key, absl::string_view etag,
                                                  CallOptions options) {
  return Await<absl::StatusOr<bool>>(
      [&](auto done) { store_.DeleteIf(key, etag, options, std::move(done)); });
}

absl::StatusOr<IncrementResult> BlockingCacheStore::Increment(absl::string_view key, int64_t delta,
                                                              std::optional<absl::Duration> ttl,
                                                              CallOptions options) {
  return Await<absl::StatusOr<IncrementResult>>(
      [&](auto done) { store_.Increment(key, delta, ttl, options, std::move(done)); });
}

absl::StatusOr<BatchGetResults> BlockingCacheStore::BatchGet(const std::vector<std::string>& keys,
                                                             CallOptions options) {
  return Await<absl::StatusOr<BatchGetResults>>(
      [&](auto done) { store_.BatchGet(ViewsOf(keys), options, std::move(done)); });
}

absl::StatusOr<BatchBoolResults> BlockingCacheStore::BatchSet(std::vector<SetEntry> entries,
                                                              CallOptions options) {
  return Await<absl::StatusOr<BatchBoolResults>>(
      [&](auto done) { store_.BatchSet(std::move(entries), options, std::move(done)); });
}

absl::StatusOr<BatchBoolResults> BlockingCacheStore::BatchDelete(
    const std::vector<std::string>& keys, CallOptions options) {
  return Await<absl::StatusOr<BatchBoolResults>>(
      [&](auto done) { store_.BatchDelete(ViewsOf(keys), options, std::move(done)); });
}

absl::StatusOr<BatchBoolResults> BlockingCacheStore::BatchExists(
    const std::vector<std::string>& keys, CallOptions options) {
  return Await<absl::StatusOr<BatchBoolResults>>(
      [&](auto done) { store_.BatchExists(ViewsOf(keys), options, std::move(done)); });
}

}  // namespace cachestore
