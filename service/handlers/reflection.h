// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_REFLECTION_H_
#define SERVICE_HANDLERS_REFLECTION_H_

#include "service/door/method.h"

namespace cachestore {

// Server reflection (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md) in its
// versions v1 and v1alpha: tells tools such as grpcurl which services `methods` and reflection
// itself make up, and their protos. Knows every proto that the program is linked with.
MethodTable ReflectionMethods(const MethodTable& methods);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_REFLECTION_H_
