// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SENTINEL_MASTER_SEARCH_H_
#define STORES_REDIS_SENTINEL_MASTER_SEARCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "stores/endpoint.h"
#include "stores/redis/node.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// Asks sentinels, of which there is at least one, which server is the master of the name `name`, as
// Survey does. Of several answers it takes the newest (config-epoch: it grows with each failover).
// Runs `done` once, on the loop's thread, where this is called too.
void SearchMaster(std::vector<std::shared_ptr<Node>> sentinels, const std::string& name,
                  absl::AnyInvocable<void(absl::StatusOr<HostPort>) &&> done);

// What SENTINEL GET-MASTER-ADDR-BY-NAME answers: where the master is, from the moment on when a
// replica has taken its place. UNAVAILABLE if the sentinel knows no master of the name.
absl::StatusOr<HostPort> MasterAddressOf(const Reply& reply);

// The config-epoch of what SENTINEL MASTER answers; 0 if it has none.
uint64_t ConfigEpochOf(const Reply& reply);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SENTINEL_MASTER_SEARCH_H_
