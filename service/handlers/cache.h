// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_CACHE_H_
#define SERVICE_HANDLERS_CACHE_H_

#include <functional>

#include "service/door/method.h"
#include "stores/cache_store.h"

namespace cachestore {

// The seven RPCs of cachestore.v1.CacheStore over a store: decodes, asks the store, encodes.
// `store` must outlive the methods. `close` is run by the Close RPC, and starts the server's drain.
MethodTable CacheMethods(CacheStore& store, std::function<void()> close);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_CACHE_H_
