// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_BATCH_H_
#define SERVICE_HANDLERS_BATCH_H_

#include <cstddef>

#include "service/door/method.h"
#include "stores/cache_store.h"

namespace cachestore {

// The four RPCs of cachestore.v1.CacheBatch over a store, which must outlive the methods. Requests
// of more than `max_batch_bytes` are refused, and no reply is larger.
MethodTable BatchMethods(CacheStore& store, size_t max_batch_bytes);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_BATCH_H_
