// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_LISTENER_H_
#define SERVICE_TRANSPORTS_HTTP2_LISTENER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/transports/http2/descriptor.h"

namespace cachestore::http2 {

// A place where peers connect: its sockets, of which a name that stands for several addresses has
// several. A unix socket's file goes with it.
class Listener {
 public:
  // INVALID_ARGUMENT if `address` is none (see listen_address.h); UNAVAILABLE says why it cannot be
  // had. No other server shares its port. `unix_mode` is that of a unix socket's file.
  static absl::StatusOr<Listener> Create(const std::string& address, unsigned unix_mode);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  // With the port that was chosen.
  const std::string& address() const { return address_; }

  // They never block.
  const std::vector<Descriptor>& sockets() const { return sockets_; }

 private:
  Listener() = default;

  std::string address_;
  std::vector<Descriptor> sockets_;
  std::string unix_path_;  // If it is one that was created.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_LISTENER_H_
