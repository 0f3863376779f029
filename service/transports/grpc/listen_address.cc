// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cachestore {
namespace {

constexpr absl::string_view kUnixPrefix = "unix:";

struct HostPort {
  std::string host;
  std::string port;
};

bool Split(const std::string& address, HostPort& parts) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  parts = {address.substr(0, colon), address.substr(colon + 1)};
  int port = 0;
  if (!absl::SimpleAtoi(parts.port, &port) || port < 0 || port > 65535) return false;
  if (parts.host.front() == '[' && parts.host.back() == ']') {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
    return true;
  }
  return !absl::StrContains(parts.host, ':');
}

bool IsUnix(absl::string_view address, std::string& path) {
  if (!absl::ConsumePrefix(&address, kUnixPrefix)) return false;
  absl::ConsumePrefix(&address, "//");
  path = std::string(address);
  return true;
}

absl::Status CheckUnixSocket(const std::string& path) {
  sockaddr_un address = {};
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("listen: unix:", path, " has a path of ",
                                                   path.size(), " bytes; give 1 to ",
                                                   sizeof(address.sun_path) - 1));
  }
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const absl::Cleanup close_fd = [fd] { close(fd); };
  // A full backlog also means that somebody listens.
  const bool answered =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 || errno == EAGAIN;
  if (answered) {
    return absl::UnavailableError(absl::StrCat(
        "listen: unix:", path, " is in use: a server answers there; stop it or take another path"));
  }
  return absl::OkStatus();
}

// Tries to listen as gRPC does, for the sake of the error.
int ErrorOfBinding(const HostPort& parts) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(parts.host.c_str(), parts.port.c_str(), &hints, &found) != 0) {
    return EADDRNOTAVAIL;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int fd = socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const absl::Cleanup close_fd = [fd] { close(fd); };
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, each->ai_addr, each->ai_addrlen) != 0 || listen(fd, 1) != 0) return errno;
  }
  return 0;
}

}  // namespace

absl::Status CheckListenAddress(const std::string& address) {
  std::string path;
  if (IsUnix(address, path)) return CheckUnixSocket(path);
  HostPort parts;
  if (Split(address, parts)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("listen: got \"", address,
                   "\"; takes host:port, [IPv6]:port or unix:PATH, separated by commas"));
}

absl::Status ListenError(const std::string& address) {
  std::string path;
  HostPort parts;
  std::string reason = "not possible";
  if (IsUnix(address, path)) {
    reason = "the socket cannot be created there";
  } else if (Split(address, parts)) {
    const int error = ErrorOfBinding(parts);
    if (error != 0) reason = std::strerror(error);
  }
  return absl::UnavailableError(absl::StrCat("listen: ", address, ": ", reason,
                                             "; free it or give another address with --listen"));
}

std::string WithPort(const std::string& address, int port) {
  HostPort parts;
  std::string path;
  if (IsUnix(address, path) || !Split(address, parts)) return address;
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace cachestore
