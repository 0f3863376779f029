// SPDX-License-Identifier: Apache-2.0
#include "protos/status.h"

#include <string>

namespace cachestore {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status();
  // status.code() maps what is not canonical to kUnknown.
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool is_canonical = code > grpc::OK && code <= grpc::UNAUTHENTICATED;
  return {is_canonical ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
          status.error_message()};
}

}  // namespace cachestore
