// SPDX-License-Identifier: Apache-2.0
#include "service/transports/accepted_connections.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <optional>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "service/transports/listen_address.h"
#include "stores/endpoint.h"

namespace cachestore {
namespace {

// Where connections are accepted.
struct Places {
  std::set<uint16_t> ports;
  std::set<std::string> paths;
};

Places PlacesOf(const std::vector<std::string>& addresses) {
  Places places;
  for (const std::string& address : addresses) {
    const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
    if (!parts.ok()) continue;
    if (!parts->unix_path.empty()) {
      places.paths.insert(parts->unix_path);
    } else if (const std::optional<uint16_t> port = ParsePort(parts->port); port.has_value()) {
      places.ports.insert(*port);
    }
  }
  return places;
}

// A connection has the address of the socket that it was accepted by. What this process has opened
// itself has another port, or no path.
bool IsAcceptedAt(const Places& places, int descriptor) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (getpeername(descriptor, any, &size) != 0) return false;  // No socket, or one that listens.
  address = {};
  size = sizeof(address);
  if (getsockname(descriptor, any, &size) != 0) return false;
  switch (address.ss_family) {
    case AF_INET:
      return places.ports.contains(ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port));
    case AF_INET6:
      return places.ports.contains(ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port));
    case AF_UNIX:
      return places.paths.contains(reinterpret_cast<sockaddr_un*>(&address)->sun_path);
    default:
      return false;
  }
}

}  // namespace

uint64_t CountAcceptedConnections(const std::vector<std::string>& addresses) {
  const Places places = PlacesOf(addresses);
  uint64_t count = 0;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    int descriptor = -1;
    if (absl::SimpleAtoi(entry->path().filename().native(), &descriptor) &&
        IsAcceptedAt(places, descriptor)) {
      ++count;
    }
  }
  return count;
}

}  // namespace cachestore
