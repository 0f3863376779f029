// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_OLD_GRPC_H_
#define TESTS_SERVICE_OLD_GRPC_H_

#include <grpcpp/version_info.h>

namespace cachestore {

// Whether gRPC has what was found in it from 2022 on, and mended since. Known of 1.51 and of 1.83:
// which of those between is like which, nobody has tried.
#if GRPC_CPP_VERSION_MAJOR == 1 && GRPC_CPP_VERSION_MINOR <= 51
inline constexpr bool kIsOldGrpc = true;
#else
inline constexpr bool kIsOldGrpc = false;
#endif

}  // namespace cachestore

#endif  // TESTS_SERVICE_OLD_GRPC_H_
