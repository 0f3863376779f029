// SPDX-License-Identifier: Apache-2.0

// What the clients of all languages are told of limits and settings is what holds here.
#include "client/client_spec.h"

#include <map>
#include <string>

#include "gtest/gtest.h"
#include "stores/limits.h"
#include "stores/settings.h"

namespace cachestore {
namespace {

TEST(ClientSpecTest, ItsLimitsAreThoseOfTheStores) {
  const Limits limits;
  EXPECT_EQ(client_spec::kMaxKeyBytes, limits.max_key_bytes);
  EXPECT_EQ(client_spec::kMaxValueBytes, limits.max_value_bytes);
  EXPECT_EQ(client_spec::kMaxBatchKeys, limits.max_batch_keys);
  EXPECT_EQ(client_spec::kMaxBatchBytes, kDefaultMaxBatchBytes);
  EXPECT_EQ(client_spec::kEtagBytes, kEtagBytes);
  EXPECT_EQ(absl::Seconds(client_spec::kMaxTtlSeconds), limits.max_ttl);
  EXPECT_EQ(absl::Seconds(client_spec::kDefaultTtlSeconds), limits.default_ttl);
}

TEST(ClientSpecTest, ItsDefaultsAreThoseOfAnApplication) {
  const CacheSettings settings;
  EXPECT_EQ(client_spec::kMaxEntries, settings.max_entries);
  EXPECT_EQ(client_spec::kMaxBytes, settings.max_bytes);
}

TEST(ClientSpecTest, ItsSettingsAreThoseOfAnApplication) {
  CacheSettings settings;
  std::map<std::string, const char*> names;
  for (const client_spec::Setting& setting : client_spec::kSettings) {
    names.emplace(setting.environment, setting.default_text);
  }
  size_t known = 0;
  for (const auto& of : {SettingsOf(settings, {Backend::kNone, Backend::kMemory, Backend::kRemote}),
                         SettingsOfRemote(settings.remote)}) {
    for (const Setting& setting : of) {
      const auto name = names.find(setting.environment);
      if (name == names.end()) continue;
      ++known;
      if (name->second[0] == '\0') continue;  // None: each says so in its own words.
      EXPECT_TRUE(setting.assign(name->second)) << setting.environment;
    }
  }
  EXPECT_EQ(known, names.size());
  // What each default became is what holds without it.
  const CacheSettings defaults;
  EXPECT_EQ(settings.backend, defaults.backend);
  EXPECT_EQ(settings.max_entries, defaults.max_entries);
  EXPECT_EQ(settings.max_bytes, defaults.max_bytes);
  EXPECT_EQ(settings.limits.max_key_bytes, defaults.limits.max_key_bytes);
  EXPECT_EQ(settings.limits.max_value_bytes, defaults.limits.max_value_bytes);
  EXPECT_EQ(settings.limits.max_batch_keys, defaults.limits.max_batch_keys);
  EXPECT_EQ(settings.limits.default_ttl, defaults.limits.default_ttl);
  EXPECT_EQ(settings.limits.max_ttl, defaults.limits.max_ttl);
  EXPECT_EQ(settings.remote.insecure_token, defaults.remote.insecure_token);
}

}  // namespace
}  // namespace cachestore
