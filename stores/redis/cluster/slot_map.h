// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_SLOT_MAP_H_
#define STORES_REDIS_CLUSTER_SLOT_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/endpoint.h"
#include "stores/redis/cluster/slot.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// Which master of a cluster has which slots, as one of its servers sees it. A value.
class SlotMap {
 public:
  // A cluster has a thousand servers at most.
  static constexpr size_t kMaxMasters = 1000;

  // Of a cluster without masters.
  SlotMap() { owners_.fill(kNobody); }

  // Reads the reply to CLUSTER SLOTS, which came from `asked`: the host of masters that do not know
  // their own. INTERNAL if it makes no sense. What it says of replicas is not kept.
  static absl::StatusOr<SlotMap> Of(const Reply& reply, absl::string_view asked);

  const std::vector<HostPort>& masters() const { return masters_; }

  // The index among masters() of the one that has the slot. O(1).
  std::optional<size_t> OwnerOf(Slot slot) const {
    if (owners_[slot] == kNobody) return std::nullopt;
    return owners_[slot];
  }

  // How many slots no master has, and which, for people: "0-5460, 10923".
  size_t uncovered() const;
  std::string UncoveredText() const;

  // The slots of a master, likewise.
  std::string SlotsText(size_t master) const;

  bool operator==(const SlotMap& other) const;

 private:
  static constexpr uint16_t kNobody = UINT16_MAX;

  absl::Status AddRange(const Reply& range, absl::string_view asked);
  // The index of a master that may be new; nothing if there are too many.
  std::optional<uint16_t> IndexOf(HostPort master);
  std::string TextOf(uint16_t owner) const;

  std::vector<HostPort> masters_;
  std::array<uint16_t, kSlots> owners_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_SLOT_MAP_H_
