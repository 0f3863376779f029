// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_SERVICE_URL_H_
#define CLIENT_SERVICE_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// Where a cache service that nobody named is.
inline constexpr char kDefaultServiceUrl[] = "grpc://127.0.0.1:50051";

// Where a cache service is.
struct ServiceAddress {
  // As gRPC's name resolvers take it: dns:///127.0.0.1:50051.
  std::string target;

  // As people read it, in messages: 127.0.0.1:50051.
  std::string name;

  // Whether it is spoken to over TLS.
  bool is_tls = false;

  // Whether it is this machine beyond doubt, so that nobody reads along: localhost, 127.0.0.0/8,
  // ::1, or a unix socket.
  bool is_this_machine = false;
};

// Reads the URL of a cache service; does not look it up:
//
//   grpc://HOST:PORT        a host name, an IPv4 address, or an IPv6 address in brackets
//   grpcs://HOST:PORT       the same over TLS
//   grpc+unix:///PATH       a unix socket, by its absolute path
//   unix:PATH               the same as gRPC writes it; the path may be relative
//
// A path is taken as it stands: % is not special in it. INVALID_ARGUMENT says what is wrong and
// what is accepted; it repeats the URL unless that may hold a password.
absl::StatusOr<ServiceAddress> ParseServiceUrl(absl::string_view url);

}  // namespace cachestore

#endif  // CLIENT_SERVICE_URL_H_
