// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_ENDPOINT_H_
#define STORES_ENDPOINT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// A host and its port, as URLs write them (RFC 3986): HOST or HOST:PORT, where the host is a name,
// an IPv4 address, or an IPv6 address in brackets.
struct HostPort {
  std::string host;              // Without brackets.
  std::optional<uint16_t> port;  // Never 0.

  bool operator==(const HostPort&) const = default;
};

// Does not look the host up. Here and below, the message of an INVALID_ARGUMENT goes on where one
// that names the URL stops ("has no host"), and repeats nothing of `text`: in a URL that is written
// wrongly, any part may be of a password.
absl::StatusOr<HostPort> ParseHostPort(absl::string_view text);

// A port from 1 to 65535, in decimal digits alone.
std::optional<uint16_t> ParsePort(absl::string_view text);

// Whether a host is this machine alone: localhost, 127.0.0.0/8 or ::1. Other names are not looked
// up, and may be of any machine.
bool IsLoopback(const std::string& host);

// Whether a unix socket can have this path.
absl::Status CheckSocketPath(absl::string_view path);

}  // namespace cachestore

#endif  // STORES_ENDPOINT_H_
