// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_BLOCKING_CACHE_STORE_H_
#define STORES_BLOCKING_CACHE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stores/cache_store.h"

namespace cachestore {

// The operations of a store as calls that return their result, for tools, tests and code that has a
// thread to spare. Thread-safe. Each blocks until the store has answered: never use it on a thread
// that a store runs callbacks on, except over a store in memory.
//
//   BlockingCacheStore cache(*store);
//   absl::StatusOr<std::optional<absl::Cord>> value = cache.Get("greeting");
class BlockingCacheStore {
 public:
  // `store` must outlive this. Close() inside a callback of the store would wait for itself.
  explicit BlockingCacheStore(CacheStore& store) : store_(store) {}

  absl::StatusOr<std::optional<absl::Cord>> Get(absl::string_view key, CallOptions options = {});
  absl::Status Set(absl::string_view key, absl::Cord value,
                   std::optional<absl::Duration> ttl = std::nullopt, CallOptions options = {});
  absl::StatusOr<bool> Delete(absl::string_view key, CallOptions options = {});
  absl::StatusOr<bool> Exists(absl::string_view key, CallOptions options = {});
  absl::Status Clear(CallOptions options = {});
  absl::Status Ping(CallOptions options = {});
  absl::Status Close();

  absl::StatusOr<GetResult> GetWith(absl::string_view key, const GetOptions& get,
                                    CallOptions options = {});
  absl::StatusOr<ExistsResult> ExistsWith(absl::string_view key, const ExistsOptions& exists,
                                          CallOptions options = {});
  absl::StatusOr<bool> SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                               CallOptions options = {});
  absl::StatusOr<bool> DeleteIf(absl::string_view key, absl::string_view etag,
                                CallOptions options = {});
  absl::StatusOr<IncrementResult> Increment(absl::string_view key, int64_t delta,
                                            std::optional<absl::Duration> ttl = std::nullopt,
                                            CallOptions options = {});

  absl::StatusOr<BatchGetResults> BatchGet(const std::vector<std::string>& keys,
                                           CallOptions options = {});
  absl::StatusOr<BatchBoolResults> BatchSet(std::vector<SetEntry> entries,
                                            CallOptions options = {});
  absl::StatusOr<BatchBoolResults> BatchDelete(const std::vector<std::string>& keys,
                                               CallOptions options = {});
  absl::StatusOr<BatchBoolResults> BatchExists(const std::vector<std::string>& keys,
                                               CallOptions options = {});

 private:
  CacheStore& store_;
};

}  // namespace cachestore

#endif  // STORES_BLOCKING_CACHE_STORE_H_
