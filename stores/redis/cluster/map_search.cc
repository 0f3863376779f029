// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/map_search.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "stores/redis/command.h"
#include "stores/redis/reply.h"
#include "stores/redis/survey.h"

namespace cachestore::redis {
namespace {

struct Answer {
  ClusterView view;
  SlotMap map;

  bool operator<(const Answer& other) const {
    if (view < other.view || other.view < view) return view < other.view;
    return map.uncovered() > other.map.uncovered();
  }
};

using MapSurvey = Survey<Answer>;

absl::Status DoesNotTell(const Node& node, const absl::Status& status) {
  return absl::UnavailableError(
      absl::StrCat(node.name(), " does not tell the cluster's slots: ", status.message()));
}

absl::StatusOr<Answer> AnswerOf(ClusterView view, const Node& node,
                                const absl::StatusOr<Reply>& slots) {
  if (!slots.ok()) return DoesNotTell(node, slots.status());
  absl::StatusOr<SlotMap> map = SlotMap::Of(*slots, node.host());
  if (!map.ok()) return DoesNotTell(node, map.status());
  if (map->masters().empty()) {
    return DoesNotTell(node, absl::UnavailableError("it knows of no master"));
  }
  return Answer{view, *std::move(map)};
}

// Both at once: the second answer comes last, whatever becomes of them.
void AskOne(const std::shared_ptr<Node>& node, MapSurvey::Take take) {
  const auto view = std::make_shared<ClusterView>();
  node->client().Ask(ClusterInfo(), absl::InfiniteFuture(), [view](absl::StatusOr<Reply> info) {
    if (info.ok()) *view = ClusterViewOf(info->text);
  });
  node->client().Ask(ClusterSlots(), absl::InfiniteFuture(),
                     [node, view, take = std::move(take)](absl::StatusOr<Reply> slots) mutable {
                       std::move(take)(AnswerOf(*view, *node, slots));
                     });
}

}  // namespace

void SearchMap(std::vector<std::shared_ptr<Node>> nodes,
               absl::AnyInvocable<void(absl::StatusOr<SlotMap>) &&> done) {
  const size_t servers = nodes.size();
  const auto ask = [nodes = std::move(nodes)](size_t server, MapSurvey::Take take) {
    AskOne(nodes[server], std::move(take));
  };
  MapSurvey::Begin(servers, ask, [done = std::move(done)](absl::StatusOr<Answer> answer) mutable {
    if (!answer.ok()) return std::move(done)(answer.status());
    std::move(done)(std::move(answer->map));
  });
}

ClusterView ClusterViewOf(absl::string_view info) {
  ClusterView view;
  for (absl::string_view line : absl::StrSplit(info, "\r\n")) {
    if (line == "cluster_state:ok") view.is_whole = true;
    if (absl::ConsumePrefix(&line, "cluster_current_epoch:") &&
        !absl::SimpleAtoi(line, &view.epoch)) {
      view.epoch = 0;
    }
  }
  return view;
}

}  // namespace cachestore::redis
