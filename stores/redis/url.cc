// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/url.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "credentials/hex.h"
#include "stores/endpoint.h"

namespace cachestore::redis {
namespace {

constexpr uint16_t kDefaultPort = 6379;
constexpr auto kNone = absl::string_view::npos;

absl::Status Wrong(absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(
      "storage_url: ", problem,
      "; takes a URL such as redis://127.0.0.1:6379/0, rediss://user:password@host, or "
      "unix:///run/redis.sock?db=0"));
}

// Decodes %XX. `part` names what `text` is, in errors.
absl::StatusOr<std::string> Decode(absl::string_view part, absl::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '%') {
      decoded.push_back(c);
      continue;
    }
    const std::optional<std::string> byte = BytesOfHex(text.substr(0, 2));
    if (!byte.has_value() || byte->empty()) {
      return Wrong(absl::StrCat("has a % in its ", part,
                                " that no two hexadecimal digits follow (write %25 for a %)"));
    }
    decoded += *byte;
    text.remove_prefix(2);
  }
  return decoded;
}

// What stands before the @.
absl::Status ParseCredentials(absl::string_view text, Address& address) {
  const size_t colon = text.find(':');
  if (colon == kNone) return Wrong("has a user without a password (user:password@)");
  absl::StatusOr<std::string> user = Decode("user", text.substr(0, colon));
  if (!user.ok()) return user.status();
  absl::StatusOr<std::string> password = Decode("password", text.substr(colon + 1));
  if (!password.ok()) return password.status();
  if (password->empty()) return Wrong("has an empty password before the @");
  address.user = *std::move(user);
  address.password = *std::move(password);
  return absl::OkStatus();
}

absl::Status ParseDatabase(absl::string_view text, Address& address) {
  const bool is_number =
      !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (is_number && absl::SimpleAtoi(text, &address.database)) return absl::OkStatus();
  return Wrong("has a database that is no number (a / in a password is written %2F)");
}

absl::Status ParseTcp(absl::string_view authority, absl::string_view path, absl::string_view query,
                      Address& address) {
  if (!query.empty()) return Wrong("has a ? (in a password it is written %3F)");
  const absl::StatusOr<HostPort> place = ParseHostPort(authority);
  if (!place.ok()) return Wrong(place.status().message());
  absl::ConsumePrefix(&path, "/");
  if (!path.empty()) {
    if (absl::Status status = ParseDatabase(path, address); !status.ok()) return status;
  }
  address = address.At({.host = place->host, .port = place->port.value_or(kDefaultPort)});
  return absl::OkStatus();
}

absl::Status ParseUnix(absl::string_view authority, absl::string_view path, absl::string_view query,
                       Address& address) {
  if (!authority.empty()) return Wrong("has a path that does not begin with /");
  absl::StatusOr<std::string> decoded = Decode("path", path);
  if (!decoded.ok()) return decoded.status();
  address.socket_path = *std::move(decoded);
  if (address.socket_path.size() < 2) return Wrong("has no path of a unix socket");
  if (absl::Status status = CheckSocketPath(address.socket_path); !status.ok()) {
    return Wrong(status.message());
  }
  if (!query.empty()) {
    if (!absl::ConsumePrefix(&query, "?db="))
      return Wrong("has something other than db= behind the ?");
    if (absl::Status status = ParseDatabase(query, address); !status.ok()) return status;
  }
  address.name = absl::StrCat("unix://", path, "?db=", address.database);
  return absl::OkStatus();
}

}  // namespace

std::string Address::node() const {
  if (!socket_path.empty()) return socket_path;
  const bool is_ipv6 = absl::StrContains(host, ':');
  return absl::StrCat(is_ipv6 ? "[" : "", host, is_ipv6 ? "]:" : ":", port);
}

Address Address::At(const HostPort& place) const {
  Address address = *this;
  address.socket_path.clear();
  address.host = place.host;
  address.port = *place.port;
  address.name =
      absl::StrCat(tls ? "rediss://" : "redis://", address.node(), "/", address.database);
  return address;
}

bool CanBeHost(absl::string_view host) {
  constexpr size_t kMaxBytes = 255;
  return !host.empty() && host.size() <= kMaxBytes &&
         std::all_of(host.begin(), host.end(), absl::ascii_isgraph);
}

absl::StatusOr<Address> ParseUrl(absl::string_view url) {
  Address address;
  absl::string_view rest = url;
  const bool is_unix = absl::ConsumePrefix(&rest, "unix://");
  address.tls = !is_unix && absl::ConsumePrefix(&rest, "rediss://");
  if (!is_unix && !address.tls && !absl::ConsumePrefix(&rest, "redis://")) {
    return Wrong("has none of the schemes redis://, rediss:// and unix://");
  }
  if (absl::StrContains(rest, '#')) return Wrong("has a # (in a password it is written %23)");

  // The parts of RFC 3986: [credentials@]authority, path, ?query.
  absl::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  if (absl::StrContains(rest, '@')) {
    return Wrong("has an @ behind a / or ? (in a password they are written %40, %2F and %3F)");
  }
  const absl::string_view path = rest.substr(0, rest.find('?'));
  const absl::string_view query = rest.substr(path.size());
  if (const size_t at = authority.rfind('@'); at != kNone) {
    absl::Status status = ParseCredentials(authority.substr(0, at), address);
    if (!status.ok()) return status;
    authority.remove_prefix(at + 1);
  }
  const absl::Status status = is_unix ? ParseUnix(authority, path, query, address)
                                      : ParseTcp(authority, path, query, address);
  if (!status.ok()) return status;
  return address;
}

}  // namespace cachestore::redis
