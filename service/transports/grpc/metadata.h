// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_METADATA_H_
#define SERVICE_TRANSPORTS_GRPC_METADATA_H_

#include <grpcpp/server_context.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// The first value of the caller's metadata under `name`, which gRPC has decoded.
inline std::optional<std::string> FindMetadata(const grpc::ServerContext& context,
                                               absl::string_view name) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(grpc::string_ref(name.data(), name.size()));
  if (found == metadata.end()) return std::nullopt;
  return std::string(found->second.data(), found->second.size());
}

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_METADATA_H_
