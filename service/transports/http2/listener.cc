// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/transports/listen_address.h"

namespace cachestore::http2 {
namespace {

// A socket of that address; none, and errno, if it cannot be had.
Descriptor Bind(const sockaddr* address, socklen_t size) {
  Descriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  const int off = 0;
  if (address->sa_family != AF_UNIX) {
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  // Any IPv6 address means any IPv4 address, too.
  if (address->sa_family == AF_INET6) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (bind(socket.get(), address, size) != 0) return {};
  return socket;
}

bool Listen(const Descriptor& socket) { return listen(socket.get(), SOMAXCONN) == 0; }

int PortOf(int socket) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  const in_port_t port = address.ss_family == AF_INET6
                             ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                             : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Addresses Resolve(const ListenAddress& address) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found) != 0) found = nullptr;
  return {found, [](addrinfo* list) {
            if (list != nullptr) freeaddrinfo(list);
          }};
}

void SetPort(sockaddr* address, int port) {
  const in_port_t network_port = htons(static_cast<uint16_t>(port));
  if (address->sa_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address)->sin6_port = network_port;
  } else {
    reinterpret_cast<sockaddr_in*>(address)->sin_port = network_port;
  }
}

absl::Status ListenOnUnix(const std::string& path, unsigned mode,
                          std::vector<Descriptor>& sockets) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  // One that a server left behind. That none is alive there was seen before.
  unlink(path.c_str());
  Descriptor socket = Bind(reinterpret_cast<sockaddr*>(&address), sizeof(address));
  // Nobody can connect to it before it listens.
  if (!socket || chmod(path.c_str(), mode) != 0 || !Listen(socket))
    return CannotListen(absl::StrCat("unix:", path), std::strerror(errno));
  sockets.push_back(std::move(socket));
  return absl::OkStatus();
}

// On all addresses of a name that this machine has; `address` is what it was given as.
absl::Status ListenOnTcp(const std::string& address, const ListenAddress& parts,
                         std::vector<Descriptor>& sockets) {
  const Addresses addresses = Resolve(parts);
  if (addresses == nullptr) return CannotListen(address, "the name is not known");
  int error = 0;
  for (addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    // The port that the first was given, the others take, too.
    if (!sockets.empty()) SetPort(each->ai_addr, PortOf(sockets.front().get()));
    Descriptor socket = Bind(each->ai_addr, each->ai_addrlen);
    if (socket && Listen(socket)) {
      sockets.push_back(std::move(socket));
      continue;
    }
    error = errno;
    const bool is_of_no_use_here = error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
    if (!is_of_no_use_here) return CannotListen(address, std::strerror(error));
  }
  return sockets.empty() ? CannotListen(address, std::strerror(error)) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<Listener> Listener::Create(const std::string& address, unsigned unix_mode) {
  const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
  if (!parts.ok()) return parts.status();
  if (absl::Status status = CheckNotServed(*parts); !status.ok()) return status;
  Listener listener;
  const bool is_unix = !parts->unix_path.empty();
  const absl::Status status = is_unix ? ListenOnUnix(parts->unix_path, unix_mode, listener.sockets_)
                                      : ListenOnTcp(address, *parts, listener.sockets_);
  if (!status.ok()) return status;
  listener.address_ =
      is_unix ? address : WithPort(address, PortOf(listener.sockets_.front().get()));
  listener.unix_path_ = parts->unix_path;
  return listener;
}

Listener::~Listener() {
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
}

}  // namespace cachestore::http2
