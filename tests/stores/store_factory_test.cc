// SPDX-License-Identifier: Apache-2.0
#include "stores/store_factory.h"

#include <memory>
#include <string>

#include "absl/strings/cord.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

CacheSettings SettingsFor(Backend backend) {
  CacheSettings settings;
  settings.backend = backend;
  return settings;
}

TEST(StoreFactoryTest, CachingIsOffUnlessAskedFor) {
  const auto store = CreateStore({});
  ASSERT_THAT(store, IsOk());
  BlockingCacheStore cache(**store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Get("key"), IsMiss());
}

TEST(StoreFactoryTest, MemoryHoldsWhatItIsGiven) {
  const auto store = CreateStore(SettingsFor(Backend::kMemory));
  ASSERT_THAT(store, IsOk());
  BlockingCacheStore cache(**store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Get("key"), IsHit("value"));
}

TEST(StoreFactoryTest, SettingsBoundTheStore) {
  CacheSettings settings = SettingsFor(Backend::kMemory);
  settings.max_entries = 1;
  settings.max_bytes = 10'000;
  settings.limits.max_key_bytes = 3;
  const auto store = CreateStore(settings);
  ASSERT_THAT(store, IsOk());
  BlockingCacheStore cache(**store);
  EXPECT_THAT(cache.Get("long"), StatusIs(kInvalid, HasSubstr("limit is 3 bytes")));
  EXPECT_THAT(cache.Set("a", absl::Cord(std::string(20'000, 'v'))),
              StatusIs(absl::StatusCode::kResourceExhausted));
  ASSERT_THAT(cache.Set("a", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache.Set("b", absl::Cord("2")), IsOk());
  EXPECT_THAT(cache.Get("a"), IsMiss());
}

TEST(StoreFactoryTest, LimitsHoldWhereCachingIsOff) {
  CacheSettings settings;
  settings.limits.max_key_bytes = 3;
  const auto store = CreateStore(settings);
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT(BlockingCacheStore(**store).Get("long"),
              StatusIs(kInvalid, HasSubstr("limit is 3 bytes")));
}

TEST(StoreFactoryTest, BadCapsAreNamed) {
  CacheSettings settings = SettingsFor(Backend::kMemory);
  settings.max_entries = 0;
  EXPECT_THAT(CreateStore(settings), StatusIs(kInvalid, HasSubstr("max_entries: is 0")));
}

TEST(StoreFactoryTest, RemoteIsForApplications) {
  EXPECT_THAT(CreateStore(SettingsFor(Backend::kRemote)),
              StatusIs(kInvalid, HasSubstr("backend: remote")));
}

}  // namespace
}  // namespace cachestore
