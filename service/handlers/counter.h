// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_COUNTER_H_
#define SERVICE_HANDLERS_COUNTER_H_

#include "service/door/method.h"
#include "stores/cache_store.h"

namespace cachestore {

// The RPC of cachestore.v1.CacheCounter over a store, which must outlive the methods.
MethodTable CounterMethods(CacheStore& store);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_COUNTER_H_
