// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_COUNTER_H_
#define SERVICE_HANDLERS_COUNTER_H_

#include "service/door/method.h"
#include "service/namespaces.h"

namespace cachestore {

// The RPC of cachestore.v1.CacheCounter over the store of each call; `stores` must outlive
// the methods.
MethodTable CounterMethods(Namespaces& stores);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_COUNTER_H_
