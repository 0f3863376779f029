// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STORE_FACTORY_H_
#define STORES_STORE_FACTORY_H_

#include <memory>

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

}  // namespace cachestore

#endif  // STORES_STORE_FACTORY_H_
