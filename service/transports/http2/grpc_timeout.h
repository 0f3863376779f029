// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_GRPC_TIMEOUT_H_
#define SERVICE_TRANSPORTS_HTTP2_GRPC_TIMEOUT_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cachestore::http2 {

// What a grpc-timeout field says: one to eight digits and a unit
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). Null if it is none.
std::optional<absl::Duration> ParseGrpcTimeout(absl::string_view text);

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_GRPC_TIMEOUT_H_
