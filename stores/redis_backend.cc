// SPDX-License-Identifier: Apache-2.0
#include "stores/redis_backend.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "credentials/credential_file.h"
#include "stores/event_log.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/redis/target.h"

namespace cachestore {
namespace {

// What is longer is no URL.
constexpr size_t kMaxUrlBytes = 4096;

}  // namespace

absl::StatusOr<std::string> ReadRedisUrl(const CacheSettings& settings) {
  if (settings.storage_url_file.empty()) {
    return settings.storage_url.empty() ? RedisCacheStore::Options().url : settings.storage_url;
  }
  const auto wrong = [](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("storage_url_file: ", what));
  };
  if (!settings.storage_url.empty()) {
    return wrong("storage_url is given, too; leave out one of them");
  }
  const absl::StatusOr<std::string> text =
      ReadCredentialFile(settings.storage_url_file, kMaxUrlBytes + 1, "a file with a URL");
  if (!text.ok()) return wrong(text.status().message());
  if (text->size() > kMaxUrlBytes) return wrong("is too long for a URL");
  return std::string(absl::StripAsciiWhitespace(*text));
}

absl::StatusOr<std::unique_ptr<CacheStore>> CreateRedisStore(const CacheSettings& settings,
                                                             const EventLog& log) {
  const RedisSettings& redis = settings.redis;
  RedisCacheStore::Options options = {
      .tls = {.ca = redis.ca_file, .certificate = redis.cert_file, .key = redis.key_file},
      .key_prefix = settings.key_prefix,
      .allow_clear_all = redis.allow_clear_all,
      .limits = settings.limits,
      .timeout = redis.timeout,
      .connect_timeout = redis.connect_timeout,
      .max_calls = redis.max_calls,
      .log = log};
  absl::StatusOr<std::string> url = ReadRedisUrl(settings);
  if (!url.ok()) return url.status();
  options.url = *std::move(url);
  return RedisCacheStore::Create(options);
}

std::string RedisUrlToShow(const std::string& url) {
  const absl::StatusOr<redis::Target> target = redis::ParseTarget(url);
  return target.ok() ? target->server.name : "";
}

}  // namespace cachestore
