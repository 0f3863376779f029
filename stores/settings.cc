// SPDX-License-Identifier: Apache-2.0
#include "stores/settings.h"

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cachestore {
namespace {

constexpr Backend kBackends[] = {Backend::kNone, Backend::kMemory, Backend::kRedis,
                                 Backend::kRemote};

// Bounds that no store goes beyond: what a message and a 32-bit number of entries can hold.
constexpr size_t kMostEntries = std::numeric_limits<int32_t>::max();
constexpr size_t kMostKeyBytes = size_t{64} << 10;
constexpr size_t kMostValueBytes = size_t{512} << 20;
constexpr size_t kMostBatchKeys = 100'000;
constexpr size_t kMostBytes = size_t{1} << 50;

// Far below where times in nanoseconds overflow.
constexpr absl::Duration kMostTtl = absl::Hours(24 * 365 * 100);

constexpr absl::Duration kMostTimeout = absl::Hours(1);

// Each 1024 of the one before; the first is 1024 bytes.
constexpr absl::string_view kByteUnits[] = {"KiB", "MiB", "GiB", "TiB"};

std::string NameList(const std::vector<Backend>& backends) {
  return absl::StrJoin(backends, ", ", [](std::string* out, Backend backend) {
    absl::StrAppend(out, BackendName(backend));
  });
}

std::function<bool(absl::string_view)> AssignBytes(size_t least, size_t most, size_t& target) {
  return [=, &target](absl::string_view text) { return ParseBytes(text, least, most, target); };
}

// At least a millisecond.
std::function<bool(absl::string_view)> AssignDuration(absl::Duration most, absl::Duration& target) {
  return [=, &target](absl::string_view text) {
    return ParseSeconds(text, absl::Milliseconds(1), most, target);
  };
}

std::function<bool(absl::string_view)> AssignText(std::string& target) {
  return [&target](absl::string_view text) {
    target = std::string(text);
    return true;
  };
}

std::vector<Setting> SettingsOfRedis(RedisSettings& target) {
  const std::string time = "seconds, or a duration such as 500ms or 2s, from 1ms to 1h";
  const std::string file = "the path of a PEM file, with a storage_url of rediss://";
  return {
      {"redis_timeout", "APP_CACHE_REDIS_TIMEOUT_SECONDS",
       "How long Redis may take for one command.", time, absl::FormatDuration(target.timeout),
       AssignDuration(kMostTimeout, target.timeout)},
      {"redis_connect_timeout", "APP_CACHE_REDIS_CONNECT_TIMEOUT_SECONDS",
       "How long connecting to Redis may take, TLS and login included.", time,
       absl::FormatDuration(target.connect_timeout),
       AssignDuration(kMostTimeout, target.connect_timeout)},
      {"redis_max_calls", "APP_CACHE_REDIS_MAX_CALLS",
       "How many calls may be in flight to Redis; those beyond end at once.",
       "a number from 1 to 1000000", absl::StrCat(target.max_calls),
       [&target](absl::string_view text) {
         return ParseNumber(text, 1, 1'000'000, target.max_calls);
       }},
      {"redis_ca_file", "APP_CACHE_REDIS_CA_FILE", "Who signs the certificate of Redis.", file,
       "the authorities that the system trusts", AssignPath(target.ca_file)},
      {"redis_cert_file", "APP_CACHE_REDIS_CERT_FILE", "The certificate to show to Redis.", file,
       "none", AssignPath(target.cert_file)},
      {"redis_key_file", "APP_CACHE_REDIS_KEY_FILE", "The key of that certificate.", file, "none",
       AssignPath(target.key_file)},
      Switch("redis_allow_clear_all", "APP_CACHE_REDIS_ALLOW_CLEAR_ALL",
             "Whether Clear may empty the whole database, where key_prefix is empty.",
             target.allow_clear_all),
  };
}

}  // namespace

std::function<bool(absl::string_view)> AssignPath(std::string& target) {
  return [&target](absl::string_view text) {
    target = std::string(text);
    return !text.empty();
  };
}

Setting Switch(std::string flag, std::string environment, std::string help, bool& target) {
  return {std::move(flag),
          std::move(environment),
          std::move(help),
          "true or false",
          target ? "true" : "false",
          [&target](absl::string_view text) {
            if (text != "true" && text != "false") return false;
            target = text == "true";
            return true;
          },
          /*is_switch=*/true};
}

absl::string_view BackendName(Backend backend) {
  switch (backend) {
    case Backend::kNone:
      return "none";
    case Backend::kMemory:
      return "memory";
    case Backend::kRedis:
      return "redis";
    case Backend::kRemote:
      return "remote";
  }
  return "unknown";
}

std::vector<Setting> SettingsOf(CacheSettings& target, const std::vector<Backend>& backends) {
  const std::string size = "a number of bytes, or one with KiB, MiB or GiB";
  const std::string time = "seconds, or a duration such as 500ms, 90s or 24h, of at least 1ms";
  std::vector<Setting> settings = {
      {"backend", "APP_CACHE_BACKEND", "What stands behind the interface.",
       absl::StrCat("one of ", NameList(backends)), std::string(BackendName(target.backend)),
       [&target, backends](absl::string_view text) {
         for (const Backend backend : backends) {
           if (text == BackendName(backend)) {
             target.backend = backend;
             return true;
           }
         }
         return false;
       }},
      {"max_entries", "APP_CACHE_MAX_ENTRIES", "The most entries that memory holds.",
       absl::StrCat("a number from 1 to ", kMostEntries), absl::StrCat(target.max_entries),
       [&target](absl::string_view text) { return ParseMaxEntries(text, target.max_entries); }},
      {"max_bytes", "APP_CACHE_MAX_BYTES",
       "The most bytes that memory holds: keys, values and overhead.", size,
       FormatBytes(target.max_bytes),
       [&target](absl::string_view text) { return ParseMaxBytes(text, target.max_bytes); }},
      {"storage_url", "APP_CACHE_STORAGE_URL", "Where the backend is.",
       "a URL such as redis://127.0.0.1:6379/0 or grpc://127.0.0.1:50051",
       "redis://127.0.0.1:6379/0; for remote grpc://127.0.0.1:50051",
       AssignText(target.storage_url)},
      {"storage_url_file", "APP_CACHE_STORAGE_URL_FILE",
       "A file with the URL of a Redis, which keeps its password from who can see flags and "
       "environments.",
       "the path of a file", "none", AssignPath(target.storage_url_file)},
      {"key_prefix", "APP_CACHE_KEY_PREFIX", "Put before every key in Redis.", "a text",
       target.key_prefix, AssignText(target.key_prefix)},
      {"default_ttl", "APP_CACHE_DEFAULT_TTL_SECONDS", "The TTL of an entry that is given none.",
       time, absl::FormatDuration(target.limits.default_ttl),
       AssignDuration(kMostTtl, target.limits.default_ttl)},
      {"max_ttl", "APP_CACHE_MAX_TTL_SECONDS", "The longest TTL that an entry may be given.", time,
       absl::FormatDuration(target.limits.max_ttl),
       AssignDuration(kMostTtl, target.limits.max_ttl)},
      {"max_key_bytes", "APP_CACHE_MAX_KEY_BYTES", "The longest key.",
       absl::StrCat(size, ", up to ", kMostKeyBytes), FormatBytes(target.limits.max_key_bytes),
       AssignBytes(1, kMostKeyBytes, target.limits.max_key_bytes)},
      {"max_value_bytes", "APP_CACHE_MAX_VALUE_BYTES", "The largest value.",
       absl::StrCat(size, ", up to ", kMostValueBytes), FormatBytes(target.limits.max_value_bytes),
       AssignBytes(1, kMostValueBytes, target.limits.max_value_bytes)},
      {"max_batch_keys", "APP_CACHE_MAX_BATCH_KEYS", "The most keys, or entries, of one batch.",
       absl::StrCat("a number from 1 to ", kMostBatchKeys),
       absl::StrCat(target.limits.max_batch_keys),
       [&target](absl::string_view text) {
         return ParseNumber(text, 1, kMostBatchKeys, target.limits.max_batch_keys);
       }},
      {"max_batch_bytes", "APP_CACHE_MAX_BATCH_BYTES",
       "The largest request or reply of a batch, between a service and its clients.",
       absl::StrCat(size, ", up to ", kMostValueBytes), FormatBytes(target.max_batch_bytes),
       AssignBytes(1, kMostValueBytes, target.max_batch_bytes)},
  };
  for (Setting& setting : SettingsOfRedis(target.redis)) settings.push_back(std::move(setting));
  return settings;
}

std::vector<Setting> SettingsOfRemote(RemoteSettings& target) {
  const std::string file = "the path of a PEM file, with a URL of grpcs://";
  return {
      {"token_file", "APP_CACHE_AUTH_TOKEN_FILE", "The token that the service knows the caller by.",
       "the path of a file with a token", "none", AssignPath(target.token_file)},
      Switch("insecure_token", "APP_CACHE_INSECURE_TOKEN",
             "Whether the token may go to another machine without TLS.", target.insecure_token),
      {"tls_ca_file", "APP_CACHE_TLS_CA_FILE", "Who signs the certificate of the service.", file,
       "the authorities that the system trusts", AssignPath(target.tls_ca_file)},
      {"tls_cert_file", "APP_CACHE_TLS_CERT_FILE", "The certificate to show to the service.", file,
       "none", AssignPath(target.tls_cert_file)},
      {"tls_key_file", "APP_CACHE_TLS_KEY_FILE", "The key of that certificate.", file, "none",
       AssignPath(target.tls_key_file)},
  };
}

absl::Status Resolve(const std::vector<Setting>& settings, const SettingSource& flags,
                     const SettingSource& environment) {
  for (const Setting& setting : settings) {
    std::string name = absl::StrCat("--", setting.flag);
    std::optional<std::string> text = flags(setting.flag);
    if (!text.has_value() && !setting.environment.empty()) {
      name = setting.environment;
      text = environment(setting.environment);
    }
    if (text.has_value() && !setting.assign(*text)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": got \"", absl::CHexEscape(*text), "\"; takes ", setting.takes));
    }
  }
  return absl::OkStatus();
}

SettingSource ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

absl::StatusOr<CacheSettings> CacheSettingsFromEnvironment(const SettingSource& environment) {
  CacheSettings settings;
  const std::vector<Backend> all(std::begin(kBackends), std::end(kBackends));
  const auto no_flags = [](const std::string&) { return std::optional<std::string>(); };
  std::vector<Setting> of_applications = SettingsOf(settings, all);
  for (Setting& setting : SettingsOfRemote(settings.remote)) {
    of_applications.push_back(std::move(setting));
  }
  // A template that filled nothing in has set nothing. No prefix is one, though.
  const auto not_empty = [&environment](const std::string& name) {
    std::optional<std::string> text = environment(name);
    if (text.has_value() && text->empty() && name != "APP_CACHE_KEY_PREFIX") text.reset();
    return text;
  };
  absl::Status status = Resolve(of_applications, no_flags, not_empty);
  if (!status.ok()) return status;
  return settings;
}

bool ParseNumber(absl::string_view text, size_t least, size_t most, size_t& value) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < least || number > most) return false;
  value = number;
  return true;
}

bool ParseBytes(absl::string_view text, size_t least, size_t most, size_t& value) {
  int shift = 0;
  for (absl::string_view unit : kByteUnits) {
    shift += 10;
    if (!absl::EndsWith(text, unit)) continue;
    text.remove_suffix(unit.size());
    size_t number = 0;
    if (!ParseNumber(text, 0, most >> shift, number) || (number << shift) < least) return false;
    value = number << shift;
    return true;
  }
  return ParseNumber(text, least, most, value);
}

std::string FormatBytes(size_t bytes) {
  absl::string_view unit;
  for (absl::string_view larger : kByteUnits) {
    if (bytes == 0 || bytes % 1024 != 0) break;
    bytes /= 1024;
    unit = larger;
  }
  return absl::StrCat(bytes, unit);
}

bool ParseMaxEntries(absl::string_view text, size_t& value) {
  return ParseNumber(text, 1, kMostEntries, value);
}

bool ParseMaxBytes(absl::string_view text, size_t& value) {
  return ParseBytes(text, 1, kMostBytes, value);
}

bool ParseSeconds(absl::string_view text, absl::Duration least, absl::Duration most,
                  absl::Duration& value) {
  double seconds = 0;
  absl::Duration duration;
  if (absl::SimpleAtod(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &duration)) {
    return false;
  }
  // Infinite is what absl::Seconds makes of "inf", of "nan", and of a number too large for it.
  if (duration < least || duration > most) return false;
  value = duration;
  return true;
}

}  // namespace cachestore
