// SPDX-License-Identifier: Apache-2.0
#include "service/door/peer.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace cachestore {
namespace {

bool IsLoopbackV4(absl::string_view address) { return absl::StartsWith(address, "127."); }

}  // namespace

bool IsUnixPeer(absl::string_view peer) {
  return absl::StartsWith(peer, "unix:") || absl::StartsWith(peer, "unix-abstract:");
}

bool IsLocalPeer(absl::string_view peer) {
  if (IsUnixPeer(peer)) return true;
  if (absl::ConsumePrefix(&peer, "ipv4:")) return IsLoopbackV4(peer);
  if (!absl::ConsumePrefix(&peer, "ipv6:")) return false;
  // gRPC percent-encodes the brackets.
  if (!absl::ConsumePrefix(&peer, "%5B") && !absl::ConsumePrefix(&peer, "[")) return false;
  if (absl::ConsumePrefix(&peer, "::ffff:")) return IsLoopbackV4(peer);
  return absl::StartsWith(peer, "::1%5D") || absl::StartsWith(peer, "::1]");
}

}  // namespace cachestore
