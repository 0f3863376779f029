// SPDX-License-Identifier: Apache-2.0
#include "client/app_cache.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "client/token_file.h"
#include "stores/store_factory.h"

namespace cachestore {

absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStore(const CacheSettings& settings) {
  if (settings.backend != Backend::kRemote) return CreateStore(settings);
  RemoteCacheStore::Options options = {.max_batch_keys = settings.limits.max_batch_keys,
                                       .max_batch_bytes = settings.max_batch_bytes};
  if (!settings.storage_url.empty()) options.url = settings.storage_url;
  if (!settings.auth_token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(settings.auth_token_file);
    if (!token.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("auth_token_file: ", token.status().message()));
    }
    options.token = *std::move(token);
  }
  absl::StatusOr<std::unique_ptr<RemoteCacheStore>> store = RemoteCacheStore::Create(options);
  if (!store.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("storage_url: ", store.status().message()));
  }
  return *std::move(store);
}

absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStoreFromEnvironment() {
  const absl::StatusOr<CacheSettings> settings = CacheSettingsFromEnvironment();
  if (!settings.ok()) return settings.status();
  return CreateCacheStore(*settings);
}

}  // namespace cachestore
