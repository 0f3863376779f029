// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_CACHE_H_
#define SERVICE_HANDLERS_CACHE_H_

#include <functional>

#include "service/door/method.h"
#include "service/namespaces.h"

namespace cachestore {

// The seven RPCs of cachestore.v1.CacheStore: decodes, asks the store of the call, encodes.
// `stores` must outlive the methods. `close` is run by the Close RPC, and starts the server's
// drain.
//
// A read that touches needs the role write, as it changes when an entry expires.
MethodTable CacheMethods(Namespaces& stores, std::function<void()> close);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_CACHE_H_
