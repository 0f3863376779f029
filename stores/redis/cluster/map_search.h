// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_MAP_SEARCH_H_
#define STORES_REDIS_CLUSTER_MAP_SEARCH_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/redis/cluster/slot_map.h"
#include "stores/redis/node.h"

namespace cachestore::redis {

// Asks servers of a cluster, of which there is at least one, which master has which slots, as
// Survey does. Of several answers it takes that of a server to which the cluster is whole, then the
// newest, then the one with fewer slots that nobody has. Runs `done` once, on the loop's thread,
// where this is called too.
void SearchMap(std::vector<std::shared_ptr<Node>> nodes,
               absl::AnyInvocable<void(absl::StatusOr<SlotMap>) &&> done);

// How a server sees its cluster, by its answer to CLUSTER INFO; the better view is the greater one.
struct ClusterView {
  bool is_whole = false;  // cluster_state
  uint64_t epoch = 0;     // cluster_current_epoch: it grows with each failover.

  bool operator<(const ClusterView& other) const {
    return std::pair(is_whole, epoch) < std::pair(other.is_whole, other.epoch);
  }
};
ClusterView ClusterViewOf(absl::string_view info);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_MAP_SEARCH_H_
