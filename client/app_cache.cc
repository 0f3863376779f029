// SPDX-License-Identifier: Apache-2.0
#include "client/app_cache.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/client_tls.h"
#include "client/remote_cache_store.h"
#include "client/service_url.h"
#include "client/token_file.h"
#include "stores/store_factory.h"

namespace cachestore {

namespace {

absl::Status Wrong(absl::string_view setting, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", status.message()));
}

absl::StatusOr<ClientTls> ReadTls(const RemoteSettings& settings, const std::string& url) {
  const absl::StatusOr<ServiceAddress> address = ParseServiceUrl(url);
  if (!address.ok()) return Wrong("storage_url", address.status());
  ClientTlsFiles files;
  files.ca.path = settings.tls_ca_file;
  files.certificate.path = settings.tls_cert_file;
  files.key.path = settings.tls_key_file;
  return ReadClientTls(files, *address);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStore(const CacheSettings& settings) {
  if (settings.backend != Backend::kRemote) return CreateStore(settings);
  if (!settings.storage_url_file.empty()) {
    return absl::InvalidArgumentError(
        "storage_url_file: is for a Redis; a cache service's URL holds no secret: give "
        "storage_url");
  }
  const RemoteSettings& remote = settings.remote;
  RemoteCacheStore::Options options = {.insecure_token = remote.insecure_token,
                                       .max_batch_keys = settings.limits.max_batch_keys,
                                       .max_batch_bytes = settings.max_batch_bytes};
  if (!settings.storage_url.empty()) options.url = settings.storage_url;
  absl::StatusOr<ClientTls> tls = ReadTls(remote, options.url);
  if (!tls.ok()) return tls.status();
  options.tls = *std::move(tls);
  if (!remote.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(remote.token_file);
    if (!token.ok()) return Wrong("auth_token_file", token.status());
    options.token = *std::move(token);
  }
  absl::StatusOr<std::unique_ptr<RemoteCacheStore>> store = RemoteCacheStore::Create(options);
  if (!store.ok()) return Wrong("storage_url", store.status());
  return *std::move(store);
}

absl::StatusOr<std::unique_ptr<CacheStore>> CreateCacheStoreFromEnvironment() {
  const absl::StatusOr<CacheSettings> settings = CacheSettingsFromEnvironment();
  if (!settings.ok()) return settings.status();
  return CreateCacheStore(*settings);
}

}  // namespace cachestore
