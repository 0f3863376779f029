// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_LISTEN_ADDRESS_H_
#define SERVICE_TRANSPORTS_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// The addresses that a server listens on: host:port, [IPv6]:port or unix:PATH. Messages about them
// go on behind the name of the setting that gave them.

struct ListenAddress {
  std::string host;  // Without brackets.
  std::string port;
  std::string unix_path;  // If not empty, it is a unix socket, and the others are empty.
};

// INVALID_ARGUMENT if `address` is of none of these forms, or the path is too long for a socket's.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& address);

// Whether only this machine reaches it: a unix socket, or a loopback (stores/endpoint.h).
bool IsOfThisMachine(const ListenAddress& address);

// UNAVAILABLE if a server answers on this unix socket: whoever listens there takes it away from
// that one. OK for any other address.
absl::Status CheckNotServed(const ListenAddress& address);

// That `address` cannot be had, and why: UNAVAILABLE.
absl::Status CannotListen(const std::string& address, absl::string_view reason);

// The same, for a server that does not say why: it is tried again, for the sake of the reason.
absl::Status ListenError(const std::string& address);

// `address` with the port that it got, which differs where it asked for port 0.
std::string WithPort(const std::string& address, int port);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_LISTEN_ADDRESS_H_
