// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_LISTEN_ADDRESS_H_
#define SERVICE_TRANSPORTS_GRPC_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace cachestore {

// The addresses that a server listens on: host:port, [IPv6]:port or unix:PATH.

// INVALID_ARGUMENT if `address` is of none of these forms. UNAVAILABLE if it is a unix socket that
// a server answers on: gRPC would take it away from that server.
absl::Status CheckListenAddress(const std::string& address);

// Why gRPC, which does not say, could not listen on `address`. Always an error.
absl::Status ListenError(const std::string& address);

// `address` with the port that it got, which differs where it asked for port 0.
std::string WithPort(const std::string& address, int port);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_LISTEN_ADDRESS_H_
