// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_CLUSTER_BATCH_H_
#define STORES_REDIS_CLUSTER_CLUSTER_BATCH_H_

#include <vector>

#include "absl/time/time.h"
#include "stores/redis/client.h"
#include "stores/redis/cluster/cluster.h"
#include "stores/redis/command.h"
#include "stores/redis/rights.h"

namespace cachestore::redis {

// Sends commands, of which there is at least one, each to the server that has its key: those of one
// server together, and to all servers at once. Runs `handler` once, when each has been answered or
// has failed by itself; a server's own limit refuses its part alone. As ClusterCall otherwise, for
// each of them.
void SendClusterBatch(Cluster& cluster, Rights::Right right, std::vector<Command> commands,
                      absl::Time deadline, Client::BatchHandler handler);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_CLUSTER_BATCH_H_
