// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_DEADLINE_H_
#define SERVICE_TRANSPORTS_GRPC_DEADLINE_H_

#include <grpcpp/server_context.h>

#include <chrono>

#include "absl/time/time.h"

namespace cachestore {

// When the caller stops waiting. A call without deadline costs no clock.
inline absl::Time DeadlineOf(const grpc::ServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_DEADLINE_H_
