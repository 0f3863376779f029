// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_PEER_H_
#define SERVICE_DOOR_PEER_H_

#include "absl/strings/string_view.h"

namespace cachestore {

// Whether a caller's address, as gRPC writes it, is on this machine: a loopback address or a unix
// socket. What cannot be read is not.
bool IsLocalPeer(absl::string_view peer);

// Whether it came by a unix socket.
bool IsUnixPeer(absl::string_view peer);

}  // namespace cachestore

#endif  // SERVICE_DOOR_PEER_H_
