// SPDX-License-Identifier: Apache-2.0

// A program outside this tree: what its cache gives for a greeting that it has set.
#include <iostream>

#include "cachestore/client/app_cache.h"
#include "cachestore/stores/blocking_cache_store.h"

int main() {
  const auto store = cachestore::CreateCacheStoreFromEnvironment();
  if (!store.ok()) {
    std::cerr << store.status() << "\n";
    return 1;
  }
  cachestore::BlockingCacheStore cache(**store);
  const absl::Status set = cache.Set("greeting", absl::Cord("hello"));
  const auto greeting = cache.Get("greeting");
  if (!set.ok() || !greeting.ok()) {
    std::cerr << set << "\n" << greeting.status() << "\n";
    return 1;
  }
  std::cout << (greeting->has_value() ? **greeting : absl::Cord("nothing")) << "\n";
}
