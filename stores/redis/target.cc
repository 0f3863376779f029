// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/target.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cachestore::redis {
namespace {

constexpr auto kNone = absl::string_view::npos;

constexpr uint16_t kSentinelPort = 26379;
constexpr uint16_t kServerPort = 6379;

// More would be a list of all servers, where those that are asked first do.
constexpr size_t kMaxPlaces = 100;

absl::Status Wrong(absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("storage_url: ", problem,
                   "; takes a URL such as redis+cluster://host1,host2:6379 or "
                   "redis+sentinel://host1,host2:26379/master/0"));
}

absl::StatusOr<std::vector<HostPort>> ParsePlaces(absl::string_view list, uint16_t default_port) {
  std::vector<HostPort> places;
  for (const absl::string_view text : absl::StrSplit(list, ',')) {
    absl::StatusOr<HostPort> place = ParseHostPort(text);
    if (!place.ok()) return Wrong(place.status().message());
    places.push_back(*std::move(place));
  }
  if (places.size() > kMaxPlaces) return Wrong("has too many hosts; some of them do");
  uint16_t port = default_port;
  for (size_t i = places.size(); i > 0; --i) {
    port = places[i - 1].port.value_or(port);
    places[i - 1].port = port;
  }
  return places;
}

// A name as sentinel.conf takes it.
bool IsMasterName(absl::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
  });
}

// Who we are to servers, and their database: read as of a server that has any place at all.
absl::StatusOr<Address> ParseServer(bool is_tls, absl::string_view credentials,
                                    absl::string_view database) {
  return ParseUrl(absl::StrCat(is_tls ? "rediss://" : "redis://", credentials, "host", database));
}

// Who we are to sentinels, by what stands behind the ?.
absl::StatusOr<Address> ParseSentinel(bool is_tls, absl::string_view query) {
  std::optional<absl::string_view> user;
  std::optional<absl::string_view> password;
  for (absl::string_view parameter : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    if (!user.has_value() && absl::ConsumePrefix(&parameter, "sentinel_user=")) {
      user = parameter;
    } else if (!password.has_value() && absl::ConsumePrefix(&parameter, "sentinel_password=")) {
      password = parameter;
    } else {
      return Wrong(
          "has something other than sentinel_user= and sentinel_password=, once each, behind the ? "
          "(in a password it is written %3F, and an & is %26)");
    }
  }
  if (!user.has_value() && !password.has_value()) return ParseServer(is_tls, "", "");
  if (password.value_or("").empty()) return Wrong("has no sentinel_password, or an empty one");
  for (const absl::string_view text : {user.value_or(""), *password}) {
    if (text.find_first_of(":/@?") == kNone) continue;
    return Wrong("has a :, /, @ or ? in what is the sentinels' (write %3A, %2F, %40 and %3F)");
  }
  return ParseServer(is_tls, absl::StrCat(user.value_or(""), ":", *password, "@"), "");
}

}  // namespace

absl::StatusOr<Target> ParseTarget(absl::string_view url) {
  Target target;
  absl::string_view rest = url;
  const bool is_tls = absl::ConsumePrefix(&rest, "rediss+");
  if (!is_tls && !absl::ConsumePrefix(&rest, "redis+")) {
    absl::StatusOr<Address> server = ParseUrl(url);
    if (!server.ok()) return server.status();
    target.server = *std::move(server);
    return target;
  }
  if (absl::ConsumePrefix(&rest, "sentinel://")) {
    target.kind = Target::Kind::kSentinel;
  } else if (absl::ConsumePrefix(&rest, "cluster://")) {
    target.kind = Target::Kind::kCluster;
  } else {
    return Wrong("has a scheme that is none of redis+sentinel and redis+cluster");
  }
  const bool is_sentinel = target.kind == Target::Kind::kSentinel;
  if (absl::StrContains(rest, '#')) return Wrong("has a # (in a password it is written %23)");
  absl::string_view query;
  if (const size_t mark = rest.find('?'); mark != kNone) {
    if (!is_sentinel || absl::StrContains(rest.substr(mark), '@')) {
      return Wrong("has a ? (in a password it is written %3F)");
    }
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }

  absl::string_view authority = rest.substr(0, rest.find('/'));
  absl::string_view path = absl::StripPrefix(rest.substr(authority.size()), "/");
  if (absl::StrContains(path, '@')) {
    return Wrong("has an @ behind a / (in a password they are written %40 and %2F)");
  }
  absl::string_view credentials;
  if (const size_t at = authority.rfind('@'); at != kNone) {
    credentials = authority.substr(0, at + 1);
    authority.remove_prefix(at + 1);
  }
  absl::StatusOr<std::vector<HostPort>> places =
      ParsePlaces(authority, is_sentinel ? kSentinelPort : kServerPort);
  if (!places.ok()) return places.status();
  target.places = *std::move(places);

  absl::string_view database;
  if (is_sentinel) {
    target.master = std::string(path.substr(0, path.find('/')));
    if (!IsMasterName(target.master)) {
      return Wrong("has no name of a master behind the hosts, as sentinel.conf gives it");
    }
    database = path.substr(target.master.size());
    absl::StatusOr<Address> sentinel = ParseSentinel(is_tls, query);
    if (!sentinel.ok()) return sentinel.status();
    target.sentinel = *std::move(sentinel);
  } else if (!path.empty()) {
    return Wrong("has a path, and a cluster has one database only");
  }
  absl::StatusOr<Address> server = ParseServer(is_tls, credentials, database);
  if (!server.ok()) return server.status();
  target.server = *std::move(server);
  target.server.name =
      absl::StrCat(url.substr(0, url.find("://") + 3), authority, is_sentinel ? "/" : "", path);
  return target;
}

}  // namespace cachestore::redis
