// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/doctor_connect.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "stores/endpoint.h"

namespace cachestore {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

absl::Status SystemError(int error) {
  return absl::UnavailableError(std::generic_category().message(error));
}

absl::StatusOr<std::vector<Place>> PlaceOfSocket(absl::string_view path) {
  Place place = {.name = std::string(path)};
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return absl::NotFoundError("the path is too long");
  std::ranges::copy(path, static_cast<char*>(address.sun_path));
  std::memcpy(&place.address, &address, sizeof(address));
  place.size = sizeof(address);
  return std::vector<Place>{std::move(place)};
}

std::string NumericName(const addrinfo& entry) {
  std::array<char, NI_MAXHOST> name = {};
  const int error = getnameinfo(entry.ai_addr, entry.ai_addrlen, name.data(), name.size(), nullptr,
                                0, NI_NUMERICHOST);
  return error == 0 ? name.data() : "?";
}

// Waits until the socket, whose connect has begun, is connected.
absl::Status AwaitConnected(int fd, absl::Duration timeout) {
  pollfd waits = {.fd = fd, .events = POLLOUT, .revents = 0};
  const auto millis = static_cast<int>(
      std::clamp(absl::ToInt64Milliseconds(timeout), int64_t{1}, int64_t{3'600'000}));
  if (poll(&waits, 1, millis) == 0) return absl::UnavailableError("no answer in time");
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return error == 0 ? absl::OkStatus() : SystemError(error);
}

absl::StatusOr<Socket> ConnectToOne(const Place& place, absl::Duration timeout) {
  Socket socket(::socket(place.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         /*protocol=*/0));
  if (socket.fd() < 0) return SystemError(errno);
  const auto* const address = reinterpret_cast<const sockaddr*>(&place.address);
  if (connect(socket.fd(), address, place.size) != 0) {
    if (errno != EINPROGRESS) return SystemError(errno);
    if (absl::Status status = AwaitConnected(socket.fd(), timeout); !status.ok()) return status;
  }
  const timeval limit = absl::ToTimeval(timeout);
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  fcntl(socket.fd(), F_SETFL, 0);  // Blocking from here on.
  return socket;
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<std::vector<Place>> LookUp(const ServiceAddress& address) {
  absl::string_view path = address.name;
  if (absl::ConsumePrefix(&path, "unix:")) return PlaceOfSocket(path);
  const absl::StatusOr<HostPort> host = ParseHostPort(address.name);
  if (!host.ok()) return host.status();
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const std::string port = absl::StrCat(host->port.value_or(0));
  const int error = getaddrinfo(host->host.c_str(), port.c_str(), &hints, &list);
  const std::unique_ptr<addrinfo, FreeAddresses> owned(list);
  if (error != 0) return absl::NotFoundError(gai_strerror(error));
  std::vector<Place> places;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    Place place = {.size = entry->ai_addrlen, .name = NumericName(*entry)};
    std::memcpy(&place.address, entry->ai_addr, entry->ai_addrlen);
    places.push_back(std::move(place));
  }
  return places;
}

absl::StatusOr<Socket> ConnectTo(const std::vector<Place>& places, absl::Duration timeout) {
  absl::Status last = absl::UnavailableError("there is no address");
  for (const Place& place : places) {
    absl::StatusOr<Socket> socket = ConnectToOne(place, timeout);
    if (socket.ok()) return socket;
    last = absl::UnavailableError(absl::StrCat(place.name, ": ", socket.status().message()));
  }
  return last;
}

}  // namespace cachestore
