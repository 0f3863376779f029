// SPDX-License-Identifier: Apache-2.0
#include "stores/redis_backend.h"

#include "stores/redis/redis_cache_store.h"

namespace cachestore {

absl::StatusOr<std::unique_ptr<CacheStore>> CreateRedisStore(
    const CacheSettings& settings, const std::function<void(absl::string_view line)>& log) {
  const RedisSettings& redis = settings.redis;
  RedisCacheStore::Options options = {
      .tls = {.ca = redis.ca_file, .certificate = redis.cert_file, .key = redis.key_file},
      .key_prefix = settings.key_prefix,
      .allow_clear_all = redis.allow_clear_all,
      .limits = settings.limits,
      .timeout = redis.timeout,
      .connect_timeout = redis.connect_timeout,
      .log = log};
  if (!settings.storage_url.empty()) options.url = settings.storage_url;
  return RedisCacheStore::Create(options);
}

}  // namespace cachestore
