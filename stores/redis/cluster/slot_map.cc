// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/slot_map.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/url.h"

namespace cachestore::redis {
namespace {

absl::Status NoMap(absl::string_view problem) {
  return absl::InternalError(absl::StrCat("CLUSTER SLOTS was answered by ", problem));
}

bool IsSlot(const Reply& reply) {
  return reply.type == Reply::Type::kInteger && reply.integer >= 0 &&
         reply.integer < static_cast<int64_t>(kSlots);
}

// Where a server is, by the array that begins with its host and port.
std::optional<HostPort> PlaceOf(const Reply& server, absl::string_view asked) {
  if (server.type != Reply::Type::kArray || server.elements.size() < 2) return std::nullopt;
  const Reply& host = server.elements[0];
  const Reply& port = server.elements[1];
  if (port.type != Reply::Type::kInteger || port.integer < 1 || port.integer > UINT16_MAX) {
    return std::nullopt;
  }
  // A server that was not told its name has none, or says "?".
  const bool is_unnamed = host.type == Reply::Type::kNil || host.text.empty() || host.text == "?";
  if (!is_unnamed && !CanBeHost(host.text)) return std::nullopt;
  return HostPort{.host = is_unnamed ? std::string(asked) : host.text,
                  .port = static_cast<uint16_t>(port.integer)};
}

}  // namespace

absl::StatusOr<SlotMap> SlotMap::Of(const Reply& reply, absl::string_view asked) {
  if (reply.type != Reply::Type::kArray) return NoMap("something other than an array");
  if (reply.elements.size() > kSlots) return NoMap("more ranges than there are slots");
  // In their order, as servers differ in theirs: so that equal maps are.
  std::vector<const Reply*> ranges;
  for (const Reply& range : reply.elements) {
    if (range.type != Reply::Type::kArray || range.elements.size() < 3) return NoMap("no range");
    ranges.push_back(&range);
  }
  std::ranges::sort(ranges, {}, [](const Reply* range) { return range->elements[0].integer; });
  SlotMap map;
  for (const Reply* range : ranges) {
    if (absl::Status status = map.AddRange(*range, asked); !status.ok()) return status;
  }
  return map;
}

absl::Status SlotMap::AddRange(const Reply& range, absl::string_view asked) {
  const Reply& first = range.elements[0];
  const Reply& last = range.elements[1];
  if (!IsSlot(first) || !IsSlot(last) || first.integer > last.integer) return NoMap("no slots");
  std::optional<HostPort> place = PlaceOf(range.elements[2], asked);
  if (!place.has_value()) return NoMap("no place of a server");
  const std::optional<uint16_t> owner = IndexOf(*std::move(place));
  if (!owner.has_value()) return NoMap("too many servers");
  std::fill(owners_.begin() + first.integer, owners_.begin() + last.integer + 1, *owner);
  return absl::OkStatus();
}

std::optional<uint16_t> SlotMap::IndexOf(HostPort master) {
  const auto found = std::ranges::find(masters_, master);
  const auto index = static_cast<uint16_t>(found - masters_.begin());
  if (found == masters_.end()) {
    if (masters_.size() >= kMaxMasters) return std::nullopt;
    masters_.push_back(std::move(master));
  }
  return index;
}

size_t SlotMap::uncovered() const {
  return static_cast<size_t>(std::ranges::count(owners_, kNobody));
}

std::string SlotMap::UncoveredText() const { return TextOf(kNobody); }

std::string SlotMap::SlotsText(size_t master) const {
  return TextOf(static_cast<uint16_t>(master));
}

std::string SlotMap::TextOf(uint16_t owner) const {
  std::string text;
  for (size_t first = 0; first < kSlots; ++first) {
    if (owners_[first] != owner) continue;
    size_t last = first;
    while (last + 1 < kSlots && owners_[last + 1] == owner) ++last;
    absl::StrAppend(&text, text.empty() ? "" : ", ", first);
    if (last > first) absl::StrAppend(&text, "-", last);
    first = last;
  }
  return text;
}

bool SlotMap::operator==(const SlotMap& other) const {
  return owners_ == other.owners_ && masters_ == other.masters_;
}

}  // namespace cachestore::redis
