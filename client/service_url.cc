// SPDX-License-Identifier: Apache-2.0
#include "client/service_url.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace cachestore {
namespace {

absl::Status Wrong(absl::string_view url, absl::string_view problem) {
  std::string message =
      absl::StrCat(problem,
                   "; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051 or "
                   "unix:/run/cache.sock");
  // What stands before an @ may be a password.
  if (url.find('@') == absl::string_view::npos) {
    absl::StrAppend(&message, ", got \"", absl::CEscape(url), "\"");
  }
  return absl::InvalidArgumentError(message);
}

// gRPC reads its targets as URIs (RFC 3986): what is not plain in a path is percent-encoded.
std::string PercentEncode(absl::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                       absl::string_view("/-._~").find(c) != absl::string_view::npos;
    if (plain) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

absl::StatusOr<ServiceAddress> ParseSocketPath(absl::string_view url, absl::string_view path) {
  constexpr size_t kMaxPathBytes = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) return Wrong(url, "has no path of a unix socket");
  if (path.find('\0') != absl::string_view::npos) return Wrong(url, "has a NUL in its path");
  if (path.size() > kMaxPathBytes) {
    return Wrong(url, absl::StrCat("has a path of ", path.size(), " bytes; a unix socket's has ",
                                   kMaxPathBytes, " at most"));
  }
  return ServiceAddress{.target = absl::StrCat("unix:", PercentEncode(path)),
                        .name = absl::StrCat("unix:", path)};
}

bool IsIpv6Address(absl::string_view text) {
  in6_addr address;
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool IsHostName(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
}

bool IsPort(absl::string_view text) {
  uint32_t port = 0;
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &port) && port >= 1 && port <= 65535;
}

absl::StatusOr<ServiceAddress> ParseHostAndPort(absl::string_view url, absl::string_view rest) {
  if (rest.find('@') != absl::string_view::npos) return Wrong(url, "has a user, which is no part");
  absl::ConsumeSuffix(&rest, "/");
  if (rest.find_first_of("/?#") != absl::string_view::npos) {
    return Wrong(url, "has more than a host and a port");
  }
  // Where the port's colon may stand: behind the bracket of an IPv6 address.
  const bool bracketed = !rest.empty() && rest.front() == '[';
  const size_t host_end = bracketed ? rest.find(']') : 0;
  if (host_end == absl::string_view::npos) return Wrong(url, "has a [ without its ]");
  if (bracketed && !IsIpv6Address(rest.substr(1, host_end - 1))) {
    return Wrong(url, "has no IPv6 address between the brackets");
  }
  const size_t colon = rest.find(':', host_end);
  if (!bracketed && colon != rest.rfind(':')) {
    return Wrong(url, "has an IPv6 address without brackets");
  }
  const absl::string_view host = rest.substr(0, colon);
  if (host.empty()) return Wrong(url, "has no host");
  if (colon == absl::string_view::npos) return Wrong(url, "has no port");
  if (bracketed ? colon != host_end + 1 : !IsHostName(host)) {
    return Wrong(url, "has a host that is no name and no address");
  }
  if (!IsPort(rest.substr(colon + 1))) return Wrong(url, "has no port from 1 to 65535");
  return ServiceAddress{.target = absl::StrCat("dns:///", rest), .name = std::string(rest)};
}

}  // namespace

absl::StatusOr<ServiceAddress> ParseServiceUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (absl::ConsumePrefix(&rest, "grpc://")) return ParseHostAndPort(url, rest);
  if (absl::ConsumePrefix(&rest, "grpc+unix://")) {
    if (!rest.empty() && rest.front() != '/') {
      return Wrong(url, "has a path that does not begin with /");
    }
    return ParseSocketPath(url, rest);
  }
  if (absl::ConsumePrefix(&rest, "unix://")) {
    if (rest.empty() || rest.front() != '/') {
      return Wrong(url, "has a path that does not begin with /");
    }
    return ParseSocketPath(url, rest);
  }
  if (absl::ConsumePrefix(&rest, "unix:")) return ParseSocketPath(url, rest);
  if (url.empty()) return Wrong(url, "is empty");
  const size_t scheme_end = url.find("://");
  if (scheme_end == absl::string_view::npos) return Wrong(url, "has no scheme");
  return Wrong(url, absl::StrCat("has the scheme ", absl::CEscape(url.substr(0, scheme_end)),
                                 ", which is none of a cache service"));
}

}  // namespace cachestore
