// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_PEER_NAMES_H_
#define SERVICE_TRANSPORTS_GRPC_PEER_NAMES_H_

#include <grpcpp/security/auth_context.h>

#include "service/access/certificate_names.h"

namespace cachestore {

// The names in the certificate of a call's peer, as gRPC has them. O(their bytes).
CertificateNames NamesOf(const grpc::AuthContext& peer);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_PEER_NAMES_H_
