// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STORE_FACTORY_H_
#define STORES_STORE_FACTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "stores/cache_store.h"
#include "stores/event_log.h"
#include "stores/settings.h"

namespace cachestore {

// The store that `settings` describe, among those that need no other process of ours: none, memory,
// and Redis. Destroying it closes it. `log` is told when a backend is reached, is lost, or refuses.
// INVALID_ARGUMENT names the setting that is wrong.
absl::StatusOr<std::unique_ptr<CacheStore>> CreateStore(const CacheSettings& settings,
                                                        const EventLog& log = IgnoreEvents);

// The storage_url of a backend that has one: as it is given, or as storage_url_file has it, which
// is read, or the default. Otherwise empty. INVALID_ARGUMENT as above.
absl::StatusOr<std::string> ReadStorageUrl(const CacheSettings& settings);

// Such a URL as messages may show it: without user and password.
std::string StorageUrlToShow(const std::string& url);

}  // namespace cachestore

#endif  // STORES_STORE_FACTORY_H_
