// SPDX-License-Identifier: Apache-2.0
#include "service/transports/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "stores/endpoint.h"

namespace cachestore {
namespace {

constexpr absl::string_view kUnixPrefix = "unix:";

absl::StatusOr<ListenAddress> ParseUnix(absl::string_view path) {
  // What gRPC would decode, or take for another path, is none.
  const bool is_url = absl::ConsumePrefix(&path, "//");
  if ((is_url && !absl::StartsWith(path, "/")) || absl::StrContains(path, '%')) {
    return absl::InvalidArgumentError(
        absl::StrCat("unix:", absl::CHexEscape(path),
                     " has a % in its path, or none that is absolute behind unix://"));
  }
  constexpr size_t kMaxBytes = sizeof(sockaddr_un::sun_path) - 1;
  if (!path.empty() && path.size() <= kMaxBytes) {
    return ListenAddress{.host = {}, .port = {}, .unix_path = std::string(path)};
  }
  return absl::InvalidArgumentError(absl::StrCat("unix:", absl::CHexEscape(path), " has a path of ",
                                                 path.size(), " bytes; give 1 to ", kMaxBytes));
}

bool ParseTcp(const std::string& address, ListenAddress& parts) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  parts = {.host = address.substr(0, colon), .port = address.substr(colon + 1), .unix_path = {}};
  int port = 0;
  if (!absl::SimpleAtoi(parts.port, &port) || port < 0 || port > 65535) return false;
  if (parts.host.front() == '[' && parts.host.back() == ']') {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
    return !parts.host.empty();
  }
  return !absl::StrContains(parts.host, ':');
}

// Tries to listen as gRPC does, for the sake of the error.
int ErrorOfBinding(const ListenAddress& parts) {
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

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& address) {
  absl::string_view rest = address;
  if (absl::ConsumePrefix(&rest, kUnixPrefix)) return ParseUnix(rest);
  ListenAddress parts;
  if (ParseTcp(address, parts)) return parts;
  return absl::InvalidArgumentError(absl::StrCat("got \"", absl::CHexEscape(address),
                                                 "\"; takes host:port, [IPv6]:port or unix:PATH"));
}

bool IsOfThisMachine(const ListenAddress& address) {
  return !address.unix_path.empty() || IsLoopback(address.host);
}

absl::Status CheckNotServed(const ListenAddress& address) {
  if (address.unix_path.empty()) return absl::OkStatus();
  sockaddr_un socket_address = {};
  socket_address.sun_family = AF_UNIX;
  address.unix_path.copy(socket_address.sun_path, address.unix_path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const absl::Cleanup close_fd = [fd] { close(fd); };
  // A full backlog also means that somebody listens.
  const bool answered =
      connect(fd, reinterpret_cast<sockaddr*>(&socket_address), sizeof(socket_address)) == 0 ||
      errno == EAGAIN;
  if (!answered) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("unix:", address.unix_path,
                   " is in use: a server answers there; stop it or take another path"));
}

absl::Status CannotListen(const std::string& address, absl::string_view reason) {
  return absl::UnavailableError(
      absl::StrCat(address, ": ", reason, "; free it or give another address"));
}

absl::Status ListenError(const std::string& address) {
  const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
  if (!parts.ok()) return parts.status();
  if (!parts->unix_path.empty()) return CannotListen(address, "the socket cannot be created there");
  const int error = ErrorOfBinding(*parts);
  return CannotListen(address, error == 0 ? "not possible" : std::strerror(error));
}

std::string WithPort(const std::string& address, int port) {
  const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
  if (!parts.ok() || !parts->unix_path.empty()) return address;
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace cachestore
