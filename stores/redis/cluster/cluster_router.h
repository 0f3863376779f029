// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_CLUSTER_ROUTER_H_
#define STORES_REDIS_CLUSTER_CLUSTER_ROUTER_H_

#include <utility>
#include <vector>

#include "stores/redis/cluster/cluster.h"
#include "stores/redis/router.h"

namespace cachestore::redis {

// Sends each command to the master of a cluster that has its key, follows what they redirect, and
// Ping and Clear to all masters at once.
class ClusterRouter : public Router {
 public:
  // As Cluster.
  ClusterRouter(EventLoop& loop, const KeySpace& keys, std::vector<HostPort> seeds,
                ConnectionOptions options)
      : cluster_(loop, keys, std::move(seeds), std::move(options)) {}

  void Send(Rights::Right right, Command command, absl::Time deadline,
            Request::Handler handler) override;
  void SendAll(Rights::Right right, std::vector<Command> commands, absl::Time deadline,
               Client::BatchHandler handler) override;
  void Ping(absl::Time deadline, StatusHandler done) override;
  void Clear(absl::Time deadline, StatusHandler done) override;
  RedisStats GetStats() const override { return cluster_.GetStats(); }
  void Close() override { cluster_.Close(); }

 private:
  Cluster cluster_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_CLUSTER_ROUTER_H_
