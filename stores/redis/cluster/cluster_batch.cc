// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/cluster_batch.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "stores/redis/cluster/cluster_call.h"
#include "stores/redis/cluster/redirection.h"
#include "stores/redis/cluster/redirects.h"
#include "stores/redis/cluster/slot.h"
#include "stores/redis/node.h"
#include "stores/redis/reply.h"
#include "stores/redis/request_limit.h"

namespace cachestore::redis {
namespace {

using Results = std::vector<absl::StatusOr<Reply>>;

// Held by whatever it waits for. Each result is written once, by one thread; the last of them gives
// all to the handler.
class ClusterBatch : public std::enable_shared_from_this<ClusterBatch> {
 public:
  ClusterBatch(Cluster& cluster, Rights::Right right, std::vector<Command> commands,
               absl::Time deadline, Client::BatchHandler handler)
      : cluster_(cluster),
        right_(right),
        commands_(std::move(commands)),
        deadline_(deadline),
        end_(cluster.End(deadline)),
        handler_(std::move(handler)),
        results_(commands_.size(), absl::StatusOr<Reply>(absl::UnknownError(""))),
        missing_(commands_.size()) {}

  void Start() {
    if (const std::shared_ptr<const Cluster::Layout> layout = cluster_.layout();
        layout != nullptr) {
      return SendTo(*layout);
    }
    cluster_.AwaitLayout(end_, [self = shared_from_this()](
                                   absl::StatusOr<std::shared_ptr<const Cluster::Layout>> layout) {
      if (!layout.ok()) return std::move(self->handler_)(layout.status());
      self->deadline_ = self->end_;
      self->SendTo(**layout);
    });
  }

 private:
  // What one server has of it, by their places in the whole.
  using Part = std::vector<size_t>;

  void SendTo(const Cluster::Layout& layout) {
    std::vector<Part> parts(layout.masters.size());
    Part ownerless;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const std::optional<size_t> owner = layout.map.OwnerOf(SlotOfItem(i));
      (owner.has_value() ? parts[*owner] : ownerless).push_back(i);
    }
    // Held, as the last part may be answered before the next one is sent.
    const std::shared_ptr<ClusterBatch> self = shared_from_this();
    for (size_t owner = 0; owner < parts.size(); ++owner) {
      if (!parts[owner].empty()) SendPart(layout.masters[owner], std::move(parts[owner]), 0);
    }
    if (ownerless.empty()) return;
    cluster_.Refresh();
    for (const size_t i : ownerless) Keep(i, NobodyHas(SlotOfItem(i)));
  }

  // `hops`: how often the part has been redirected.
  void SendPart(const std::shared_ptr<Node>& node, Part part, int hops) {
    std::vector<Command> commands;
    commands.reserve(part.size());
    for (const size_t i : part) commands.push_back(commands_[i].Copy());
    const auto kind = hops == 0 ? RequestLimit::Kind::kCall : RequestLimit::Kind::kUpkeep;
    node->client().SendAll(kind, right_, std::move(commands), hops == 0 ? deadline_ : end_,
                           [self = shared_from_this(), node, part = std::move(part),
                            hops](absl::StatusOr<Results> results) {
                             self->TakePart(*node, part, hops, std::move(results));
                           });
  }

  void TakePart(const Node& node, const Part& part, int hops, absl::StatusOr<Results> results) {
    // What has moved to one server goes there together, as it came.
    std::map<std::shared_ptr<Node>, Part> moved;
    for (size_t i = 0; i < part.size(); ++i) {
      absl::StatusOr<Reply> result =
          results.ok() ? std::move((*results)[i]) : absl::StatusOr<Reply>(results.status());
      if (std::shared_ptr<Node> next = MovedTo(node, result, hops); next != nullptr) {
        moved[std::move(next)].push_back(part[i]);
      } else {
        Take(node, part[i], std::move(result));
      }
    }
    if (!moved.empty()) cluster_.Refresh();
    for (auto& [next, its_part] : moved) SendPart(next, std::move(its_part), hops + 1);
  }

  // The server that has an item's slot now, if that is what the result says.
  std::shared_ptr<Node> MovedTo(const Node& node, const absl::StatusOr<Reply>& result, int hops) {
    if (!result.ok() || result->type != Reply::Type::kError || hops == Redirects::kMax) {
      return nullptr;
    }
    const std::optional<Redirection> redirection = RedirectionOf(result->text);
    if (!redirection.has_value() || redirection->type != Redirection::Type::kMoved) return nullptr;
    cluster_.CountRedirection(/*is_moved=*/true);
    return cluster_.NodeAt(redirection->place, node);
  }

  void Take(const Node& node, size_t index, absl::StatusOr<Reply> result) {
    if (!result.ok() || result->type != Reply::Type::kError) {
      cluster_.RefreshAfter(result.status());
      return Keep(index, std::move(result));
    }
    auto call = std::make_unique<ClusterCall>(
        cluster_, right_, std::move(commands_[index]), end_,
        [self = shared_from_this(), index](absl::StatusOr<Reply> reply) {
          self->Keep(index, std::move(reply));
        });
    ClusterCall::Redirect(std::move(call), node, *result);
  }

  void Keep(size_t index, absl::StatusOr<Reply> result) {
    // Each server has kept within this; a small request may still be for more than there is memory
    // for.
    const size_t bytes = result.ok() ? result->text.size() : 0;
    if (result.ok() && bytes_.fetch_add(bytes) + bytes > cluster_.max_reply_bytes()) {
      result = absl::ResourceExhaustedError(absl::StrCat("the values of this batch take more than ",
                                                         cluster_.max_reply_bytes(),
                                                         " bytes: get this key alone"));
    }
    results_[index] = std::move(result);
    if (missing_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      std::move(handler_)(std::exchange(results_, {}));
    }
  }

  Slot SlotOfItem(size_t index) const { return SlotOf(KeyOfCommand(commands_[index].bytes)); }

  Cluster& cluster_;
  const Rights::Right right_;
  std::vector<Command> commands_;  // Kept, to be sent again.
  absl::Time deadline_;
  const absl::Time end_;
  Client::BatchHandler handler_;
  Results results_;
  std::atomic<size_t> bytes_{0};  // Of the results' texts.
  std::atomic<size_t> missing_;
};

}  // namespace

void SendClusterBatch(Cluster& cluster, Rights::Right right, std::vector<Command> commands,
                      absl::Time deadline, Client::BatchHandler handler) {
  std::make_shared<ClusterBatch>(cluster, right, std::move(commands), deadline, std::move(handler))
      ->Start();
}

}  // namespace cachestore::redis
