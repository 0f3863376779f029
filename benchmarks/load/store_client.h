// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_STORE_CLIENT_H_
#define BENCHMARKS_LOAD_STORE_CLIENT_H_

#include <memory>

#include "benchmarks/load/workload.h"
#include "stores/cache_store.h"

namespace cachestore {

// Calls through a store, which must outlive the callers.
std::unique_ptr<LoadClient> NewStoreClient(CacheStore& store);

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_STORE_CLIENT_H_
