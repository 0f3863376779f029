// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_SERVER_CREDENTIALS_H_
#define SERVICE_TRANSPORTS_GRPC_SERVER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "service/tls/tls_source.h"

namespace cachestore {

// For one address: serves each connection over TLS with what `tls` has when its handshake begins;
// null: in the clear. `tls` must outlive them, and they the server.
std::shared_ptr<grpc::ServerCredentials> ServerCredentialsOf(const TlsSource* tls);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_SERVER_CREDENTIALS_H_
