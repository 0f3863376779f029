// SPDX-License-Identifier: Apache-2.0
#include "stores/settings.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

SettingSource From(std::map<std::string, std::string> texts) {
  return [texts = std::move(texts)](const std::string& name) -> std::optional<std::string> {
    const auto text = texts.find(name);
    if (text == texts.end()) return std::nullopt;
    return text->second;
  };
}

TEST(SettingsTest, DefaultsAreThoseOfTheContract) {
  const auto settings = CacheSettingsFromEnvironment(From({}));
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->backend, Backend::kNone) << "caching is off until it is asked for";
  EXPECT_EQ(settings->max_entries, 10'000u);
  EXPECT_EQ(settings->max_bytes, size_t{1} << 30);
  EXPECT_EQ(settings->key_prefix, "cache:");
  EXPECT_EQ(settings->redis.timeout, absl::Milliseconds(500));
  EXPECT_EQ(settings->redis.connect_timeout, absl::Seconds(1));
  EXPECT_FALSE(settings->redis.allow_clear_all);
  EXPECT_FALSE(settings->remote.insecure_token);
  EXPECT_EQ(settings->limits.default_ttl, absl::Seconds(300));
  EXPECT_EQ(settings->limits.max_ttl, absl::Hours(365 * 24));
  EXPECT_EQ(settings->limits.max_key_bytes, 1024u);
  EXPECT_EQ(settings->limits.max_value_bytes, 1048576u);
  EXPECT_EQ(settings->limits.max_batch_keys, 1000u);
  EXPECT_EQ(settings->max_batch_bytes, 4128768u);
}

TEST(SettingsTest, EnvironmentSetsEachOfThem) {
  const auto settings = CacheSettingsFromEnvironment(From({
      {"APP_CACHE_BACKEND", "remote"},
      {"APP_CACHE_MAX_ENTRIES", "7"},
      {"APP_CACHE_MAX_BYTES", "2MiB"},
      {"APP_CACHE_STORAGE_URL", "grpc://cache.example:50051"},
      {"APP_CACHE_KEY_PREFIX", "app:"},
      {"APP_CACHE_DEFAULT_TTL_SECONDS", "60"},
      {"APP_CACHE_MAX_TTL_SECONDS", "3600"},
      {"APP_CACHE_MAX_KEY_BYTES", "100"},
      {"APP_CACHE_MAX_VALUE_BYTES", "64KiB"},
      {"APP_CACHE_MAX_BATCH_KEYS", "50"},
      {"APP_CACHE_MAX_BATCH_BYTES", "1MiB"},
      {"APP_CACHE_AUTH_TOKEN_FILE", "/run/app/token"},
      {"APP_CACHE_INSECURE_TOKEN", "true"},
      {"APP_CACHE_TLS_CA_FILE", "/run/app/ca.pem"},
      {"APP_CACHE_TLS_CERT_FILE", "/run/app/cert.pem"},
      {"APP_CACHE_TLS_KEY_FILE", "/run/app/key.pem"},
  }));
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->backend, Backend::kRemote);
  EXPECT_EQ(settings->max_entries, 7u);
  EXPECT_EQ(settings->max_bytes, size_t{2} << 20);
  EXPECT_EQ(settings->storage_url, "grpc://cache.example:50051");
  EXPECT_EQ(settings->key_prefix, "app:");
  EXPECT_EQ(settings->limits.default_ttl, absl::Seconds(60));
  EXPECT_EQ(settings->limits.max_ttl, absl::Seconds(3600));
  EXPECT_EQ(settings->limits.max_key_bytes, 100u);
  EXPECT_EQ(settings->limits.max_value_bytes, size_t{64} << 10);
  EXPECT_EQ(settings->limits.max_batch_keys, 50u);
  EXPECT_EQ(settings->max_batch_bytes, size_t{1} << 20);
  EXPECT_EQ(settings->remote.token_file, "/run/app/token");
  EXPECT_TRUE(settings->remote.insecure_token);
  EXPECT_EQ(settings->remote.tls_ca_file, "/run/app/ca.pem");
  EXPECT_EQ(settings->remote.tls_cert_file, "/run/app/cert.pem");
  EXPECT_EQ(settings->remote.tls_key_file, "/run/app/key.pem");
}

TEST(SettingsTest, EnvironmentSetsWhatIsOfRedis) {
  const auto settings = CacheSettingsFromEnvironment(From({
      {"APP_CACHE_BACKEND", "redis"},
      {"APP_CACHE_REDIS_TIMEOUT_SECONDS", "0.25"},
      {"APP_CACHE_REDIS_CONNECT_TIMEOUT_SECONDS", "3"},
      {"APP_CACHE_REDIS_CA_FILE", "/ca.pem"},
      {"APP_CACHE_REDIS_CERT_FILE", "/cert.pem"},
      {"APP_CACHE_REDIS_KEY_FILE", "/key.pem"},
      {"APP_CACHE_REDIS_ALLOW_CLEAR_ALL", "true"},
  }));
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->redis.timeout, absl::Milliseconds(250));
  EXPECT_EQ(settings->redis.connect_timeout, absl::Seconds(3));
  EXPECT_EQ(settings->redis.ca_file, "/ca.pem");
  EXPECT_EQ(settings->redis.cert_file, "/cert.pem");
  EXPECT_EQ(settings->redis.key_file, "/key.pem");
  EXPECT_TRUE(settings->redis.allow_clear_all);
}

TEST(SettingsTest, AFileOfTheServerHasAPath) {
  CacheSettings target;
  for (const std::string name : {"APP_CACHE_STORAGE_URL_FILE", "APP_CACHE_REDIS_CA_FILE",
                                 "APP_CACHE_REDIS_CERT_FILE", "APP_CACHE_REDIS_KEY_FILE"}) {
    EXPECT_THAT(Resolve(SettingsOf(target, {Backend::kRedis}), From({}), From({{name, ""}})),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         StartsWith(name + ": got \"\"; takes the path of a")))
        << name;
  }
}

TEST(SettingsTest, ToAnApplicationAnEmptyVariableIsAsGoodAsNone) {
  for (const char* name : {"APP_CACHE_BACKEND", "APP_CACHE_MAX_BYTES", "APP_CACHE_AUTH_TOKEN_FILE",
                           "APP_CACHE_TLS_CA_FILE", "APP_CACHE_DEFAULT_TTL_SECONDS"}) {
    const auto settings = CacheSettingsFromEnvironment(From({{name, ""}}));
    ASSERT_THAT(settings, IsOk()) << name;
    EXPECT_EQ(settings->backend, Backend::kNone);
    EXPECT_EQ(settings->max_bytes, CacheSettings().max_bytes);
  }
}

TEST(SettingsTest, NoPrefixIsAPrefixThatIsEmpty) {
  EXPECT_EQ(CacheSettingsFromEnvironment(From({{"APP_CACHE_KEY_PREFIX", ""}}))->key_prefix, "");
}

TEST(SettingsTest, EveryBackendHasAName) {
  for (const Backend backend :
       {Backend::kNone, Backend::kMemory, Backend::kRedis, Backend::kRemote}) {
    const auto settings = CacheSettingsFromEnvironment(
        From({{"APP_CACHE_BACKEND", std::string(BackendName(backend))}}));
    ASSERT_THAT(settings, IsOk());
    EXPECT_EQ(settings->backend, backend);
  }
}

TEST(SettingsTest, FlagsGoBeforeTheEnvironment) {
  CacheSettings target;
  const std::vector<Setting> settings = SettingsOf(target, {Backend::kMemory});
  ASSERT_THAT(Resolve(settings, From({{"max_entries", "5"}}),
                      From({{"APP_CACHE_MAX_ENTRIES", "7"}, {"APP_CACHE_KEY_PREFIX", "app:"}})),
              IsOk());
  EXPECT_EQ(target.max_entries, 5u);
  EXPECT_EQ(target.key_prefix, "app:");
}

TEST(SettingsTest, ABadEnvironmentValueIsNotLookedAtWhereTheFlagIsGiven) {
  CacheSettings target;
  EXPECT_THAT(Resolve(SettingsOf(target, {Backend::kMemory}), From({{"max_entries", "5"}}),
                      From({{"APP_CACHE_MAX_ENTRIES", "many"}})),
              IsOk());
}

TEST(SettingsTest, ABadValueIsOneLineWithItsNameWhatItGotAndWhatItTakes) {
  const auto settings = CacheSettingsFromEnvironment(From({{"APP_CACHE_MAX_ENTRIES", "many"}}));
  EXPECT_THAT(settings,
              StatusIs(kInvalid,
                       "APP_CACHE_MAX_ENTRIES: got \"many\"; takes a number from 1 to 2147483647"));
  EXPECT_THAT(settings, StatusIs(kInvalid, Not(HasSubstr("\n"))));
}

TEST(SettingsTest, ABadFlagIsCalledByItsFlag) {
  CacheSettings target;
  EXPECT_THAT(
      Resolve(SettingsOf(target, {Backend::kMemory}), From({{"max_bytes", "-1"}}), From({})),
      StatusIs(kInvalid, HasSubstr("--max_bytes: got \"-1\"; takes a number of bytes")));
}

TEST(SettingsTest, TheDefaultThatIsShownIsTheOneThatHolds) {
  // Not those of the product, so that each is seen to be asked for.
  CacheSettings defaults = {.backend = Backend::kRedis,
                            .max_entries = 5,
                            .max_bytes = size_t{3} << 20,
                            .storage_url = "redis://h/1",
                            .key_prefix = "app:",
                            .redis = {.timeout = absl::Seconds(3),
                                      .connect_timeout = absl::Seconds(4),
                                      .allow_clear_all = true},
                            .max_batch_bytes = 4096,
                            .limits = {.max_key_bytes = 100,
                                       .max_value_bytes = 2048,
                                       .default_ttl = absl::Milliseconds(1500),
                                       .max_ttl = absl::Hours(48),
                                       .max_batch_keys = 6}};
  CacheSettings read;
  const std::vector<Setting> shown = SettingsOf(defaults, {Backend::kRedis});
  const std::vector<Setting> settings = SettingsOf(read, {Backend::kRedis});
  for (size_t i = 0; i < settings.size(); ++i) {
    EXPECT_TRUE(settings[i].assign(shown[i].default_text)) << shown[i].default_text;
  }
  EXPECT_EQ(read.backend, Backend::kRedis);
  EXPECT_EQ(read.max_entries, 5u);
  EXPECT_EQ(read.max_bytes, size_t{3} << 20);
  EXPECT_EQ(read.key_prefix, "app:");
  EXPECT_EQ(read.redis.timeout, absl::Seconds(3));
  EXPECT_EQ(read.redis.connect_timeout, absl::Seconds(4));
  EXPECT_TRUE(read.redis.allow_clear_all);
  EXPECT_EQ(read.limits.max_key_bytes, 100u);
  EXPECT_EQ(read.limits.max_value_bytes, 2048u);
  EXPECT_EQ(read.limits.default_ttl, absl::Milliseconds(1500));
  EXPECT_EQ(read.limits.max_ttl, absl::Hours(48));
  EXPECT_EQ(read.limits.max_batch_keys, 6u);
  EXPECT_EQ(read.max_batch_bytes, 4096u);
}

TEST(SettingsTest, BackendsThatAreNotOfferedAreRefused) {
  CacheSettings target;
  EXPECT_THAT(Resolve(SettingsOf(target, {Backend::kMemory, Backend::kNone}),
                      From({{"backend", "remote"}}), From({})),
              StatusIs(kInvalid, "--backend: got \"remote\"; takes one of memory, none"));
}

TEST(SettingsTest, BadValuesOfEachSettingAreRefused) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"APP_CACHE_BACKEND", "Memory"},
      {"APP_CACHE_MAX_ENTRIES", "0"},
      {"APP_CACHE_MAX_ENTRIES", "2147483648"},
      {"APP_CACHE_MAX_BYTES", "0"},
      {"APP_CACHE_MAX_BYTES", "1 GB"},
      {"APP_CACHE_DEFAULT_TTL_SECONDS", "0"},
      {"APP_CACHE_DEFAULT_TTL_SECONDS", "-5"},
      {"APP_CACHE_MAX_TTL_SECONDS", "inf"},
      {"APP_CACHE_MAX_KEY_BYTES", "0"},
      {"APP_CACHE_MAX_KEY_BYTES", "1GiB"},
      {"APP_CACHE_MAX_VALUE_BYTES", "0"},
      {"APP_CACHE_REDIS_TIMEOUT_SECONDS", "0"},
      {"APP_CACHE_REDIS_TIMEOUT_SECONDS", "7200"},
      {"APP_CACHE_REDIS_CONNECT_TIMEOUT_SECONDS", "-1"},
      {"APP_CACHE_REDIS_ALLOW_CLEAR_ALL", "yes"},
      {"APP_CACHE_INSECURE_TOKEN", "1"},
  };
  for (const auto& [name, text] : bad) {
    EXPECT_THAT(CacheSettingsFromEnvironment(From({{name, text}})),
                StatusIs(kInvalid, HasSubstr(absl::StrCat(name, ": got \"", text, "\""))));
  }
}

TEST(SettingsTest, ProcessEnvironmentReadsTheProcess) {
  setenv("CACHESTORE_SETTINGS_TEST", "text", 1);
  EXPECT_EQ(ProcessEnvironment()("CACHESTORE_SETTINGS_TEST"), "text");
  unsetenv("CACHESTORE_SETTINGS_TEST");
  EXPECT_EQ(ProcessEnvironment()("CACHESTORE_SETTINGS_TEST"), std::nullopt);
}

TEST(ParseNumberTest, TakesNumbersWithinItsBounds) {
  size_t value = 0;
  EXPECT_TRUE(ParseNumber("5", 5, 10, value));
  EXPECT_EQ(value, 5u);
  EXPECT_TRUE(ParseNumber("10", 5, 10, value));
  EXPECT_EQ(value, 10u);
}

TEST(ParseNumberTest, RefusesAllElseAndLeavesTheValue) {
  size_t value = 7;
  for (const char* text : {"", "4", "11", "-5", "5x", "0x5", "5.0", "99999999999999999999"}) {
    EXPECT_FALSE(ParseNumber(text, 5, 10, value)) << text;
  }
  EXPECT_EQ(value, 7u);
}

TEST(ParseBytesTest, TakesUnits) {
  const std::vector<std::pair<const char*, size_t>> good = {{"1", 1},
                                                            {"1000", 1000},
                                                            {"1KiB", size_t{1} << 10},
                                                            {"3MiB", size_t{3} << 20},
                                                            {"1GiB", size_t{1} << 30},
                                                            {"2TiB", size_t{2} << 40}};
  for (const auto& [text, expected] : good) {
    size_t value = 0;
    EXPECT_TRUE(ParseBytes(text, 1, size_t{1} << 50, value)) << text;
    EXPECT_EQ(value, expected) << text;
  }
}

TEST(ParseBytesTest, RefusesAllElseAndLeavesTheValue) {
  size_t value = 7;
  for (const char* text : {"", "0", "0KiB", "KiB", "-1", "-1KiB", "1kib", "1KB", "1.5GiB",
                           "2049MiB", "3GiB", "18446744073709551615TiB"}) {
    EXPECT_FALSE(ParseBytes(text, 1, size_t{2} << 30, value)) << text;
  }
  EXPECT_EQ(value, 7u);
  EXPECT_TRUE(ParseBytes("2GiB", 1, size_t{2} << 30, value));
}

TEST(FormatBytesTest, TakesTheLargestUnitThatIsExact) {
  EXPECT_EQ(FormatBytes(0), "0");
  EXPECT_EQ(FormatBytes(1), "1");
  EXPECT_EQ(FormatBytes(1000), "1000");
  EXPECT_EQ(FormatBytes(1024), "1KiB");
  EXPECT_EQ(FormatBytes(1536), "1536");
  EXPECT_EQ(FormatBytes(size_t{1} << 30), "1GiB");
  EXPECT_EQ(FormatBytes(size_t{1} << 50), "1024TiB");
}

TEST(ParseSecondsTest, TakesSecondsAndDurations) {
  const std::vector<std::pair<const char*, absl::Duration>> good = {
      {"90", absl::Seconds(90)},
      {"1.5", absl::Milliseconds(1500)},
      {"500ms", absl::Milliseconds(500)},
      {"1h30m", absl::Minutes(90)},
      {"24h", absl::Hours(24)}};
  for (const auto& [text, expected] : good) {
    absl::Duration value;
    EXPECT_TRUE(ParseSeconds(text, absl::Milliseconds(1), absl::Hours(24), value)) << text;
    EXPECT_EQ(value, expected) << text;
  }
}

TEST(ParseSecondsTest, RefusesAllElseAndLeavesTheValue) {
  absl::Duration value = absl::Seconds(7);
  for (const char* text :
       {"", "0", "-1", "1us", "25h", "inf", "-inf", "nan", "-nan", "1e400", "soon", "5 s", "1d"}) {
    EXPECT_FALSE(ParseSeconds(text, absl::Milliseconds(1), absl::Hours(24), value)) << text;
  }
  EXPECT_EQ(value, absl::Seconds(7));
}

}  // namespace
}  // namespace cachestore
