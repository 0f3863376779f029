// SPDX-License-Identifier: Apache-2.0
#include "client/service_url.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "stores/endpoint.h"

namespace cachestore {
namespace {

absl::Status Wrong(absl::string_view url, absl::string_view problem) {
  std::string message =
      absl::StrCat(problem,
                   "; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051, "
                   "grpcs://cache.example:50051 or unix:/run/cache.sock");
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
  if (absl::Status status = CheckSocketPath(path); !status.ok()) {
    return Wrong(url, status.message());
  }
  return ServiceAddress{.target = absl::StrCat("unix:", PercentEncode(path)),
                        .name = absl::StrCat("unix:", path),
                        .is_this_machine = true};
}

absl::StatusOr<ServiceAddress> ParseHostAndPort(absl::string_view url, absl::string_view rest,
                                                bool is_tls) {
  if (rest.find('@') != absl::string_view::npos) return Wrong(url, "has a user, which is no part");
  absl::ConsumeSuffix(&rest, "/");
  if (rest.find_first_of("/?#") != absl::string_view::npos) {
    return Wrong(url, "has more than a host and a port");
  }
  const absl::StatusOr<HostPort> place = ParseHostPort(rest);
  if (!place.ok()) return Wrong(url, place.status().message());
  if (!place->port.has_value()) return Wrong(url, "has no port");
  return ServiceAddress{.target = absl::StrCat("dns:///", rest),
                        .name = std::string(rest),
                        .is_tls = is_tls,
                        .is_this_machine = IsLoopback(place->host)};
}

}  // namespace

absl::StatusOr<ServiceAddress> ParseServiceUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (absl::ConsumePrefix(&rest, "grpc://")) return ParseHostAndPort(url, rest, /*is_tls=*/false);
  if (absl::ConsumePrefix(&rest, "grpcs://")) return ParseHostAndPort(url, rest, /*is_tls=*/true);
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
