// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_INTEROP_TEST_SERVICE_H_
#define TESTS_INTEROP_TEST_SERVICE_H_

#include "service/door/method.h"

namespace cachestore {

// grpc.testing.TestService, which every language's interop client of gRPC calls
// (https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md). Two parts of that
// are left out: nothing is compressed, and responses come one after the other, whatever interval
// was asked for. UnimplementedCall is not implemented.
MethodTable TestServiceMethods();

}  // namespace cachestore

#endif  // TESTS_INTEROP_TEST_SERVICE_H_
