// SPDX-License-Identifier: Apache-2.0

// The three lines of caching in C++ that the README shows.
#include <iostream>

#include "client/app_cache.h"
#include "stores/blocking_cache_store.h"

using cachestore::BlockingCacheStore;
using cachestore::CreateCacheStoreFromEnvironment;

int main() {
  // [
  const auto store = CreateCacheStoreFromEnvironment().value();
  const auto set = BlockingCacheStore(*store).Set("greeting", absl::Cord("hello"));
  const auto greeting = BlockingCacheStore(*store).Get("greeting");
  // ]
  if (set.ok()) std::cout << greeting.value().value() << "\n";
}
