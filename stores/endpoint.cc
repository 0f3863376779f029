// SPDX-License-Identifier: Apache-2.0
#include "stores/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cachestore {
namespace {

absl::Status Wrong(absl::string_view problem) { return absl::InvalidArgumentError(problem); }

bool IsIpv6Address(absl::string_view text) {
  if (text.find('\0') != absl::string_view::npos) return false;  // Where inet_pton would stop.
  in6_addr address;
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool IsHostName(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

absl::StatusOr<HostPort> ParseHostPort(absl::string_view text) {
  // Where the port's colon may stand: behind the bracket of an IPv6 address.
  const bool bracketed = !text.empty() && text.front() == '[';
  const size_t host_end = bracketed ? text.find(']') : 0;
  if (host_end == absl::string_view::npos) return Wrong("has a [ without its ]");
  const size_t colon = text.find(':', host_end);
  if (!bracketed && colon != text.rfind(':')) return Wrong("has an IPv6 address without brackets");
  absl::string_view host = text.substr(0, colon);
  if (host.empty()) return Wrong("has no host");
  if (bracketed) {
    if (host.size() != host_end + 1) return Wrong("has a host that is no name and no address");
    host = host.substr(1, host_end - 1);
    if (!IsIpv6Address(host)) return Wrong("has no IPv6 address between the brackets");
  } else if (!IsHostName(host)) {
    return Wrong("has a host that is no name and no address");
  }
  if (colon == absl::string_view::npos) {
    return HostPort{.host = std::string(host), .port = std::nullopt};
  }
  const std::optional<uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!port.has_value()) return Wrong("has no port from 1 to 65535");
  return HostPort{.host = std::string(host), .port = port};
}

std::optional<uint16_t> ParsePort(absl::string_view text) {
  uint32_t port = 0;
  const bool is_number =
      std::all_of(text.begin(), text.end(), absl::ascii_isdigit) && absl::SimpleAtoi(text, &port);
  if (!is_number || port == 0 || port > UINT16_MAX) return std::nullopt;
  return static_cast<uint16_t>(port);
}

bool IsLoopback(const std::string& host) {
  if (absl::EqualsIgnoreCase(host, "localhost")) return true;
  in_addr v4 = {};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
  in6_addr v6 = {};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

absl::Status CheckSocketPath(absl::string_view path) {
  constexpr size_t kMaxPathBytes = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) return Wrong("has no path of a unix socket");
  if (path.find('\0') != absl::string_view::npos) return Wrong("has a NUL in its path");
  if (path.size() > kMaxPathBytes) {
    return Wrong(absl::StrCat("has a path of ", path.size(), " bytes; a unix socket's has ",
                              kMaxPathBytes, " at most"));
  }
  return absl::OkStatus();
}

}  // namespace cachestore
