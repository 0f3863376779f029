// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_ADMIN_H_
#define SERVICE_HANDLERS_ADMIN_H_

#include <functional>

#include "protos/admin.pb.h"
#include "service/door/method.h"

namespace cachestore {

// cachestore.v1.CacheAdmin (protos/admin.proto). `stats` answers on any thread.
MethodTable AdminMethods(std::function<v1::StatsResponse(bool want_history)> stats);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_ADMIN_H_
