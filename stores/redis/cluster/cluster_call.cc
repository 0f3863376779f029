// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/cluster_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stores/redis/cluster/redirection.h"
#include "stores/redis/cluster/slot.h"
#include "stores/redis/reply_error.h"
#include "stores/redis/request_limit.h"

namespace cachestore::redis {

absl::Status NobodyHas(Slot slot) {
  return absl::UnavailableError(
      absl::StrCat("no server of the cluster has slot ", slot, ", which is the key's"));
}

ClusterCall::ClusterCall(Cluster& cluster, Rights::Right right, Command command,
                         absl::Time deadline, Request::Handler handler)
    : cluster_(cluster),
      right_(right),
      command_(std::move(command)),
      deadline_(deadline),
      end_(cluster.End(deadline)),
      handler_(std::move(handler)) {}

void ClusterCall::Start(std::unique_ptr<ClusterCall> call) {
  Cluster& cluster = call->cluster_;
  if (const std::shared_ptr<const Cluster::Layout> layout = cluster.layout(); layout != nullptr) {
    return SendToOwner(std::move(call), *layout, Way::kFirst);
  }
  const absl::Time end = call->end_;
  cluster.AwaitLayout(end,
                      [call = std::move(call)](
                          absl::StatusOr<std::shared_ptr<const Cluster::Layout>> layout) mutable {
                        if (!layout.ok()) return call->Finish(layout.status());
                        call->deadline_ = call->end_;
                        SendToOwner(std::move(call), **layout, Way::kFirst);
                      });
}

void ClusterCall::SendToOwner(std::unique_ptr<ClusterCall> call, const Cluster::Layout& layout,
                              Way way) {
  const Slot slot = SlotOf(KeyOfCommand(call->command_.bytes));
  std::shared_ptr<Node> owner = layout.OwnerOf(slot);
  if (owner != nullptr) return Send(std::move(call), std::move(owner), way);
  call->cluster_.Refresh();
  call->Finish(NobodyHas(slot));
}

void ClusterCall::Send(std::unique_ptr<ClusterCall> call, std::shared_ptr<Node> node, Way way) {
  Client& client = node->client();
  const Rights::Right right = call->right_;
  Command command = call->command_.Copy();
  const absl::Time deadline = call->deadline_;
  const auto kind = way == Way::kFirst ? RequestLimit::Kind::kCall : RequestLimit::Kind::kUpkeep;
  auto take = [call = std::move(call),
               node = std::move(node)](absl::StatusOr<Reply> reply) mutable {
    Take(std::move(call), *node, std::move(reply));
  };
  if (way == Way::kAsking) {
    return client.SendAsking(right, std::move(command), deadline, std::move(take));
  }
  client.Send(kind, right, std::move(command), deadline, std::move(take));
}

void ClusterCall::Take(std::unique_ptr<ClusterCall> call, const Node& node,
                       absl::StatusOr<Reply> reply) {
  if (reply.ok() && reply->type == Reply::Type::kError) {
    return Redirect(std::move(call), node, *reply);
  }
  call->cluster_.RefreshAfter(reply.status());
  call->Finish(std::move(reply));
}

void ClusterCall::Redirect(std::unique_ptr<ClusterCall> call, const Node& node,
                           const Reply& reply) {
  Cluster& cluster = call->cluster_;
  call->deadline_ = call->end_;
  std::optional<Redirection> redirection = RedirectionOf(reply.text);
  if (!redirection.has_value()) {
    return call->Finish(absl::InternalError("a server of the cluster redirects to nowhere"));
  }
  if (redirection->type != Redirection::Type::kLater) {
    cluster.CountRedirection(redirection->type == Redirection::Type::kMoved);
  }
  const Redirects::Step step = call->redirects_.Next(*std::move(redirection));
  if (step.is_map_old) cluster.Refresh();
  switch (step.type) {
    case Redirects::Step::Type::kSend: {
      return Send(std::move(call), cluster.NodeAt(step.place, node),
                  step.asking ? Way::kAsking : Way::kAgain);
    }
    case Redirects::Step::Type::kWait:
      return WaitAndSend(std::move(call), step.time);
    case Redirects::Step::Type::kGiveUp:
      return call->Finish(absl::UnavailableError(
          "the servers of the cluster do not agree on who has the key's slot: try again"));
  }
}

void ClusterCall::WaitAndSend(std::unique_ptr<ClusterCall> call, absl::Duration delay) {
  Cluster& cluster = call->cluster_;
  delay = std::min(delay, call->end_ - absl::Now());
  cluster.RunLater(delay, [call = std::move(call)]() mutable {
    // It is never forgotten once it was known.
    const std::shared_ptr<const Cluster::Layout> layout = call->cluster_.layout();
    SendToOwner(std::move(call), *layout, Way::kAgain);
  });
}

}  // namespace cachestore::redis
