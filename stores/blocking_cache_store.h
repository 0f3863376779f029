// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_BLOCKING_CACHE_STORE_H_
#define STORES_BLOCKING_CACHE_STORE_H_

#include <optional>

#include "stores/cache_store.h"

namespace cachestore {

// The seven operations as calls that return their result, for tools, tests and code that has a
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

 private:
  CacheStore& store_;
};

}  // namespace cachestore

#endif  // STORES_BLOCKING_CACHE_STORE_H_
