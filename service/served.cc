// SPDX-License-Identifier: Apache-2.0
#include "service/served.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "stores/settings.h"
#include "stores/store_factory.h"

namespace cachestore {
namespace {

absl::Status OpenStore(const CacheSettings& settings, const EventLog& log, Served& served) {
  absl::StatusOr<std::unique_ptr<CacheStore>> store = CreateStore(settings, log);
  if (!store.ok()) return store.status();
  served.only = *std::move(store);
  served.stores = std::make_unique<Namespaces>(*served.only);
  return absl::OkStatus();
}

absl::Status OpenNamespaces(const CacheSettings& settings, const std::string& auth_file,
                            const EventLog& log, Served& served) {
  served.stores = std::make_unique<Namespaces>(
      [settings, log](absl::string_view name,
                      const NamespaceCaps& caps) -> absl::StatusOr<std::unique_ptr<CacheStore>> {
        if (caps != NamespaceCaps() && settings.backend != Backend::kMemory) {
          return absl::InvalidArgumentError("only memory has caps; leave them out");
        }
        CacheSettings of_namespace = settings;
        of_namespace.max_entries = caps.max_entries.value_or(settings.max_entries);
        of_namespace.max_bytes = caps.max_bytes.value_or(settings.max_bytes);
        // No name has a colon, so that each key says whose it is.
        absl::StrAppend(&of_namespace.key_prefix, name, ":");
        return CreateStore(of_namespace, [log, name = std::string(name)](Severity severity,
                                                                         absl::string_view line) {
          log(severity, absl::StrCat("namespace ", name, ": ", line));
        });
      });
  absl::StatusOr<std::unique_ptr<AccessControl>> access = AccessControl::Create(
      auth_file,
      [stores = served.stores.get()](const CappedNamespaces& namespaces) {
        return stores->Open(namespaces);
      },
      log);
  if (!access.ok()) return access.status();
  served.access = *std::move(access);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Served> Served::Create(const ServerSettings& settings, const EventLog& log) {
  Served served;
  const absl::StatusOr<std::string> url = ReadStorageUrl(settings.cache);
  if (!url.ok()) return url.status();
  served.storage_url = StorageUrlToShow(*url);
  // Read once: what is shown is what is in force, for stores that are opened later, too.
  CacheSettings cache = settings.cache;
  cache.storage_url = *url;
  cache.storage_url_file.clear();
  const absl::Status status = settings.auth_file.empty()
                                  ? OpenStore(cache, log, served)
                                  : OpenNamespaces(cache, settings.auth_file, log, served);
  if (!status.ok()) return status;
  if (!settings.tls.empty()) {
    absl::StatusOr<std::unique_ptr<TlsSource>> tls = TlsSource::Create(settings.tls, log);
    if (!tls.ok()) return tls.status();
    served.tls = *std::move(tls);
  }
  if (served.access == nullptr && served.tls == nullptr) return served;
  served.reload = std::make_unique<PeriodicTimer>(
      absl::Seconds(1), [access = served.access.get(), tls = served.tls.get()] {
        if (access != nullptr) access->Refresh();
        if (tls != nullptr) tls->Refresh();
      });
  return served;
}

}  // namespace cachestore
