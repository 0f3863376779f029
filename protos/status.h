// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_STATUS_H_
#define PROTOS_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace cachestore {

// The one place where a status changes sides. Code and message carry over; the numbers are the same
// on both sides. A code that is none of the canonical 16 becomes UNKNOWN.
grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace cachestore

#endif  // PROTOS_STATUS_H_
