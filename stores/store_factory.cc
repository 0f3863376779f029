// SPDX-License-Identifier: Apache-2.0
#include "stores/store_factory.h"

#include "stores/limits.h"
#include "stores/memory/memory_cache_store.h"
#include "stores/none_cache_store.h"
#include "stores/redis_backend.h"

namespace cachestore {

absl::StatusOr<std::unique_ptr<CacheStore>> CreateStore(const CacheSettings& settings,
                                                        const EventLog& log) {
  if (absl::Status status = CheckLimits(settings.limits); !status.ok()) return status;
  switch (settings.backend) {
    case Backend::kNone:
      return CreateNoneCacheStore(settings.limits);
    case Backend::kMemory:
      return MemoryCacheStore::Create({.limits = settings.limits,
                                       .max_entries = settings.max_entries,
                                       .max_bytes = settings.max_bytes});
    case Backend::kRedis:
      return CreateRedisStore(settings, log);
    case Backend::kRemote:
      break;
  }
  return absl::InvalidArgumentError(
      "backend: remote is for applications; here use memory, redis or none");
}

absl::StatusOr<std::string> ReadStorageUrl(const CacheSettings& settings) {
  if (settings.backend != Backend::kRedis) return std::string();
  return ReadRedisUrl(settings);
}

std::string StorageUrlToShow(const std::string& url) { return RedisUrlToShow(url); }

}  // namespace cachestore
