// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STORE_FACTORY_H_
#define STORES_STORE_FACTORY_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/cache_store.h"
#include "stores/settings.h"

namespace cachestore {

// Takes what a store has to say to operators, in a line: a backend is reached, lost, refuses. On
// any thread; must not block.
using StoreLog = std::function<void(absl::string_view line)>;

// The store that `settings` describe, among those that need no other process of ours: none, memory,
// and Redis. Destroying it closes it. INVALID_ARGUMENT names the setting that is wrong.
absl::StatusOr<std::unique_ptr<CacheStore>> CreateStore(
    const CacheSettings& settings, const StoreLog& log = [](absl::string_view) {});

}  // namespace cachestore

#endif  // STORES_STORE_FACTORY_H_
