// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_HEALTH_H_
#define SERVICE_HANDLERS_HEALTH_H_

#include "service/door/method.h"
#include "service/readiness.h"

namespace cachestore {

// grpc.health.v1.Health (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). The
// service
// "" is liveness: SERVING for as long as the process answers. "cachestore.v1.CacheStore" is
// readiness. Any other name is NOT_FOUND to Check, and SERVICE_UNKNOWN to Watch, whose stream stays
// open.
//
// gRPC's own implementation is invisible to reflection and would hold up the drain: it keeps Watch
// streams open until the drain's deadline. `readiness` must outlive the methods.
MethodTable HealthMethods(Readiness& readiness);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_HEALTH_H_
