// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_BACKEND_H_
#define STORES_REDIS_BACKEND_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "stores/cache_store.h"
#include "stores/event_log.h"
#include "stores/settings.h"

namespace cachestore {

// The Redis store that `settings` describe. INVALID_ARGUMENT names the setting that is wrong; in a
// build without Redis (--config=noredis) it says that, and how to get one with it.
absl::StatusOr<std::unique_ptr<CacheStore>> CreateRedisStore(const CacheSettings& settings,
                                                             const EventLog& log);

// See ReadStorageUrl and StorageUrlToShow of stores/store_factory.h.
absl::StatusOr<std::string> ReadRedisUrl(const CacheSettings& settings);
std::string RedisUrlToShow(const std::string& url);

}  // namespace cachestore

#endif  // STORES_REDIS_BACKEND_H_
