// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/redirection.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "stores/redis/url.h"

namespace cachestore::redis {
namespace {

// HOST:PORT, where an IPv6 address has no brackets: the port is behind the last colon.
std::optional<HostPort> PlaceOf(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return std::nullopt;
  const std::optional<uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!port.has_value()) return std::nullopt;
  absl::string_view host = text.substr(0, colon);
  if (host == "?") host = {};  // A server that does not know its own name.
  if (!host.empty() && !CanBeHost(host)) return std::nullopt;
  return HostPort{.host = std::string(host), .port = port};
}

}  // namespace

std::optional<Redirection> RedirectionOf(absl::string_view error) {
  if (absl::StartsWith(error, "TRYAGAIN")) return Redirection{.type = Redirection::Type::kLater};
  const bool is_moved = absl::StartsWith(error, "MOVED ");
  if (!is_moved && !absl::StartsWith(error, "ASK ")) return std::nullopt;
  const std::vector<absl::string_view> words = absl::StrSplit(error, ' ');
  uint32_t slot = 0;
  if (words.size() < 3 || !absl::SimpleAtoi(words[1], &slot) || slot >= kSlots) return std::nullopt;
  std::optional<HostPort> place = PlaceOf(words[2]);
  if (!place.has_value()) return std::nullopt;
  return Redirection{.type = is_moved ? Redirection::Type::kMoved : Redirection::Type::kAsk,
                     .slot = static_cast<Slot>(slot),
                     .place = *std::move(place)};
}

}  // namespace cachestore::redis
