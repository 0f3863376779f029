// SPDX-License-Identifier: Apache-2.0
#include "service/settings_text.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "service/log/log.h"

namespace cachestore {
namespace {

void Append(SettingTexts& texts, const SettingTexts& more) {
  texts.insert(texts.end(), more.begin(), more.end());
}

std::string OnOff(bool is_on) { return is_on ? "true" : "false"; }

std::string OrNone(const std::string& text) { return text.empty() ? "none" : text; }

std::string TimeText(absl::Duration time) {
  return time == absl::InfiniteDuration() ? "none" : absl::FormatDuration(time);
}

SettingTexts TextsOfRedis(const CacheSettings& cache, const std::string& storage_url) {
  const RedisSettings& redis = cache.redis;
  return {
      {"storage_url", storage_url},
      {"storage_url_file", OrNone(cache.storage_url_file)},
      {"key_prefix", OrNone(cache.key_prefix)},
      {"redis_timeout", TimeText(redis.timeout)},
      {"redis_connect_timeout", TimeText(redis.connect_timeout)},
      {"redis_max_calls", absl::StrCat(redis.max_calls)},
      {"redis_ca_file", OrNone(redis.ca_file)},
      {"redis_cert_file", OrNone(redis.cert_file)},
      {"redis_key_file", OrNone(redis.key_file)},
      {"redis_allow_clear_all", OnOff(redis.allow_clear_all)},
  };
}

SettingTexts TextsOfCache(const CacheSettings& cache, const std::string& storage_url) {
  SettingTexts texts = {{"backend", std::string(BackendName(cache.backend))}};
  if (cache.backend == Backend::kMemory) {
    texts.emplace_back("max_entries", absl::StrCat(cache.max_entries));
    texts.emplace_back("max_bytes", FormatBytes(cache.max_bytes));
  } else if (cache.backend == Backend::kRedis) {
    Append(texts, TextsOfRedis(cache, storage_url));
  }
  Append(texts, {
                    {"max_key_bytes", FormatBytes(cache.limits.max_key_bytes)},
                    {"max_value_bytes", FormatBytes(cache.limits.max_value_bytes)},
                    {"max_batch_keys", absl::StrCat(cache.limits.max_batch_keys)},
                    {"max_batch_bytes", FormatBytes(cache.max_batch_bytes)},
                    {"default_ttl", TimeText(cache.limits.default_ttl)},
                    {"max_ttl", TimeText(cache.limits.max_ttl)},
                });
  return texts;
}

SettingTexts TextsOfServer(const ServerSettings& settings) {
  const ServerOptions& server = settings.server;
  const TlsFiles& tls = settings.tls;
  return {
      {"transport", server.transport == TransportKind::kGrpc ? "grpc" : "http2"},
      {"listen", absl::StrJoin(server.listen, ", ")},
      {"health_listen", OrNone(absl::StrJoin(server.health_listen, ", "))},
      {"metrics_listen", OrNone(settings.metrics_listen)},
      {"insecure_listen", OnOff(settings.insecure_listen)},
      {"unix_socket_mode", absl::StrFormat("%04o", server.unix_socket_mode)},
      {"tls_cert", OrNone(tls.certificate)},
      {"tls_key", OrNone(tls.key)},
      {"tls_client_ca", OrNone(tls.client_ca)},
      {"tls_require_client_cert", OnOff(tls.requires_client_certificate)},
      {"auth_file", OrNone(settings.auth_file)},
      {"threads", server.threads == 0 ? "one for each core" : absl::StrCat(server.threads)},
      {"max_connections", absl::StrCat(server.max_connections)},
      {"max_connection_age", TimeText(server.max_connection_age)},
      {"drain_delay", TimeText(server.drain_delay)},
      {"drain_timeout", TimeText(server.drain_timeout)},
      {"reflection", OnOff(server.reflection)},
      {"call_metrics", OnOff(server.measures_calls)},
      {"log_format", settings.log_format == LogFormat::kJson ? "json" : "text"},
      {"log_level", std::string(LogLevelName(settings.log_level))},
      {"slow_call", TimeText(settings.call_log.slow)},
      {"access_log", absl::StrCat(settings.call_log.share)},
      {"log_keys", OnOff(settings.call_log.keys)},
  };
}

}  // namespace

SettingTexts TextsOf(const ServerSettings& settings, const std::string& storage_url) {
  SettingTexts texts = TextsOfCache(settings.cache, storage_url);
  Append(texts, TextsOfServer(settings));
  return texts;
}

SettingTexts NotableTextsOf(const ServerSettings& settings, const std::string& storage_url) {
  SettingTexts texts = TextsOfCache(settings.cache, storage_url);
  const SettingTexts by_default = TextsOfServer(ServerSettings());
  std::ranges::copy_if(TextsOfServer(settings), std::back_inserter(texts), [&](const auto& text) {
    return std::ranges::find(by_default, text) == by_default.end();
  });
  return texts;
}

}  // namespace cachestore
