// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_CLUSTER_CALL_H_
#define STORES_REDIS_CLUSTER_CLUSTER_CALL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stores/redis/cluster/cluster.h"
#include "stores/redis/cluster/redirects.h"
#include "stores/redis/command.h"
#include "stores/redis/node.h"
#include "stores/redis/reply.h"
#include "stores/redis/request.h"
#include "stores/redis/rights.h"

namespace cachestore::redis {

// One command on its way to the server that has its key, by way of those that had it. Belongs to
// whoever it waits for. All runs on the loop's thread, but for Start.
class ClusterCall {
 public:
  ClusterCall(Cluster& cluster, Rights::Right right, Command command, absl::Time deadline,
              Request::Handler handler);

  // Sends the command to the server that has its slot, and runs the handler once, as Client::Send
  // does. UNAVAILABLE besides if no server has the slot, or they send the command around.
  static void Start(std::unique_ptr<ClusterCall> call);

  // Goes on where `node` has answered the command, which was sent elsewhere, by a redirection.
  static void Redirect(std::unique_ptr<ClusterCall> call, const Node& node, const Reply& reply);

 private:
  enum class Way { kFirst, kAgain, kAsking };

  static void SendToOwner(std::unique_ptr<ClusterCall> call, const Cluster::Layout& layout,
                          Way way);
  static void Send(std::unique_ptr<ClusterCall> call, std::shared_ptr<Node> node, Way way);
  static void Take(std::unique_ptr<ClusterCall> call, const Node& node,
                   absl::StatusOr<Reply> reply);
  static void WaitAndSend(std::unique_ptr<ClusterCall> call, absl::Duration delay);
  void Finish(absl::StatusOr<Reply> result) { std::move(handler_)(std::move(result)); }

  Cluster& cluster_;
  const Rights::Right right_;
  const Command command_;  // Kept, to be sent again.
  absl::Time deadline_;    // The caller's, until the call has spent time: then its end.
  const absl::Time end_;
  Request::Handler handler_;
  Redirects redirects_;
};

// What a call gets whose slot no server has.
absl::Status NobodyHas(Slot slot);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_CLUSTER_CALL_H_
