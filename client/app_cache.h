// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_APP_CACHE_H_
#define CLIENT_APP_CACHE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "stores/cache_store.h"
#include "stores/settings.h"

namespace cachestore {

// An application's cache, with one call. What stands behind it is a setting:
//
//   #include <iostream>
//
//   #include "client/app_cache.h"
//   #include "stores/blocking_cache_store.h"
//
//   int main() {
//     auto store = cachestore::CreateCacheStoreFromEnvironment();
//     if (!store.ok()) {
//       std::cerr << store.status().message() << "\n";
//       return 1;
//     }
//     cachestore::BlockingCacheStore cache(**store);
//     if (const absl::Status set = cache.Set("greeting", absl::Cord("hello")); !set.ok()) {
//       std::cerr << set.message() << "\n";  // Not cached: go on without.
//     }
//     const auto greeting = cache.Get("greeting");
//     if (greeting.ok() && greeting->has_value()) std::cout << **greeting << "\n";
//   }  // The store closes here.
//
//   $ example                                       # Caching is off: prints nothing.
//   $ APP_CACHE_BACKEND=memory example
//   $ APP_CACHE_BACKEND=remote APP_CACHE_STORAGE_URL=grpcs://cache.example:50051 example
//
// Thread-safe; nothing here connects or blocks. INVALID_ARGUMENT, in one line, names the setting
// that is wrong. Behind `remote` the service's own limits and default TTL apply, not those of
// `settings`.
absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStore(const CacheSettings& settings);

// The same with the settings that this process finds in its environment (APP_CACHE_BACKEND and so
// on, see stores/settings.h).
absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStoreFromEnvironment();

}  // namespace cachestore

#endif  // CLIENT_APP_CACHE_H_
