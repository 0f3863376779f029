// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_URL_H_
#define STORES_REDIS_URL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/endpoint.h"

namespace cachestore::redis {

// Where a Redis is, and who we are to it.
struct Address {
  // Over TCP, perhaps with TLS; or, if there is a path, over the unix socket there.
  std::string host;
  uint16_t port = 0;
  bool tls = false;
  std::string socket_path;

  // What AUTH is given. Without a password there is no AUTH, and without a user Redis takes the
  // default one.
  std::string user;
  std::string password;

  uint32_t database = 0;

  // The URL as messages may show it: without user and password.
  std::string name;

  // Where it is, in one word: HOST:PORT ([HOST]:PORT of IPv6), or the path of the socket.
  std::string node() const;

  // The same elsewhere: over TCP, with a name of its own. `place` has a port.
  Address At(const HostPort& place) const;
};

// Whether what a server names as the host of another one can be one: it ends up in names and logs.
bool CanBeHost(absl::string_view host);

// Reads the URL of a Redis; does not look it up:
//
//   redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]      port 6379 and database 0, if not given
//   rediss://...                                    the same, over TLS
//   unix://[[USER]:PASSWORD@]/PATH[?db=DB]          a unix socket, by its absolute path
//
// In user, password and path, %XX stands for a byte: where the byte is special in URLs (: / ? # @
// %) it must be written so. INVALID_ARGUMENT names the part that is wrong and says what is
// accepted; it repeats nothing of the URL, any part of which may be of a password that was not
// encoded.
absl::StatusOr<Address> ParseUrl(absl::string_view url);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_URL_H_
