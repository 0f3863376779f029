// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_NONE_CACHE_STORE_H_
#define STORES_NONE_CACHE_STORE_H_

#include <memory>

#include "stores/cache_store.h"
#include "stores/limits.h"

namespace cachestore {

// Caching that is off: every Get misses, every Set is accepted and forgotten. Input is checked as
// everywhere, so that turning caching on brings no new error. Keeps no entries and no threads.
std::unique_ptr<CacheStore> CreateNoneCacheStore(const Limits& limits);

}  // namespace cachestore

#endif  // STORES_NONE_CACHE_STORE_H_
