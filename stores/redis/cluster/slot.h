// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_SLOT_H_
#define STORES_REDIS_CLUSTER_SLOT_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace cachestore::redis {

// A Redis Cluster spreads its keys over so many slots, and the slots over its masters
// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
inline constexpr size_t kSlots = 16384;
using Slot = uint16_t;  // Below kSlots.

// What of a key its slot is made of: where it has a {, and a } behind with something in between,
// that alone, of the first such pair; so that keys that share it share a slot. Otherwise all of it.
absl::string_view HashedPartOf(absl::string_view key);

// CRC-16 (XMODEM) of the hashed part. O(bytes).
Slot SlotOf(absl::string_view key);

// The key that a command of ours is about, given the command as Redis reads it: its second part, or
// the fourth of a script. Empty if it has none.
absl::string_view KeyOfCommand(absl::string_view command);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_SLOT_H_
