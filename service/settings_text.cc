// SPDX-License-Identifier: Apache-2.0
#include "service/settings_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace cachestore {

SettingTexts TextsOf(const ServerSettings& settings) {
  const CacheSettings& cache = settings.cache;
  SettingTexts texts = {{"backend", std::string(BackendName(cache.backend))}};
  if (cache.backend == Backend::kMemory) {
    texts.emplace_back("max_entries", absl::StrCat(cache.max_entries));
    texts.emplace_back("max_bytes", absl::StrCat(cache.max_bytes));
  } else if (cache.backend == Backend::kRedis) {
    texts.emplace_back("key_prefix", cache.key_prefix);
    texts.emplace_back("redis_timeout", absl::FormatDuration(cache.redis.timeout));
  }
  texts.emplace_back("max_key_bytes", absl::StrCat(cache.limits.max_key_bytes));
  texts.emplace_back("max_value_bytes", absl::StrCat(cache.limits.max_value_bytes));
  texts.emplace_back("max_batch_keys", absl::StrCat(cache.limits.max_batch_keys));
  texts.emplace_back("max_batch_bytes", absl::StrCat(cache.max_batch_bytes));
  texts.emplace_back("default_ttl", absl::FormatDuration(cache.limits.default_ttl));
  texts.emplace_back("max_ttl", absl::FormatDuration(cache.limits.max_ttl));
  if (!settings.auth_file.empty()) texts.emplace_back("auth_file", settings.auth_file);
  return texts;
}

}  // namespace cachestore
