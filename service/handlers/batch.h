// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_BATCH_H_
#define SERVICE_HANDLERS_BATCH_H_

#include <cstddef>

#include "service/door/method.h"
#include "service/namespaces.h"

namespace cachestore {

// How large a request may be; and a reply, whose values give way.
struct BatchLimits {
  size_t max_keys;
  size_t max_bytes;
};

// The four RPCs of cachestore.v1.CacheBatch over the store of each call; `stores` must outlive the
// methods.
MethodTable BatchMethods(Namespaces& stores, const BatchLimits& limits);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_BATCH_H_
