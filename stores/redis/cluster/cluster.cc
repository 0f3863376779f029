// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/cluster.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "stores/redis/cluster/map_search.h"

namespace cachestore::redis {
namespace {

// In whatever order.
bool HaveTheSameMasters(const SlotMap& a, const SlotMap& b) {
  return std::is_permutation(a.masters().begin(), a.masters().end(), b.masters().begin(),
                             b.masters().end());
}

}  // namespace

Cluster::Cluster(EventLoop& loop, const KeySpace& keys, std::vector<HostPort> seeds,
                 ConnectionOptions options)
    : loop_(loop),
      keys_(keys),
      seeds_(std::move(seeds)),
      options_(std::move(options)),
      layout_(loop, options_.timeout, options_.max_calls,
              [this](Discovery<Layout>::Done done) { Search(std::move(done)); }) {}

void Cluster::Search(Discovery<Layout>::Done done) {
  SearchMap(NodesToAsk(), [this, done = std::move(done)](absl::StatusOr<SlotMap> map) mutable {
    if (layout_.is_closed()) return;
    if (!map.ok()) return std::move(done)(map.status());
    std::move(done)(LayoutOf(*std::move(map)));
  });
}

Discovery<ClusterLayout>::Result Cluster::LayoutOf(SlotMap map) {
  const std::shared_ptr<const Layout> before = layout();
  // Until somebody has the slots that are nobody's.
  const bool is_complete = map.uncovered() == 0;
  if (before != nullptr && before->map == map) return {before, is_complete};
  auto now = std::make_shared<Layout>();
  for (const HostPort& place : map.masters()) now->masters.push_back(NodeAt(place));
  LogChange(before == nullptr ? SlotMap() : before->map, map);
  if (before != nullptr) changes_.fetch_add(1);
  now->map = std::move(map);
  return {std::move(now), is_complete};
}

// The masters, another one first each time, and then those seeds that are none.
std::vector<std::shared_ptr<Node>> Cluster::NodesToAsk() {
  std::vector<std::shared_ptr<Node>> nodes;
  if (const std::shared_ptr<const Layout> known = layout(); known != nullptr) {
    nodes = known->masters;
    const auto first = static_cast<std::ptrdiff_t>(searches_++ % nodes.size());
    std::rotate(nodes.begin(), nodes.begin() + first, nodes.end());
  }
  while (seed_nodes_.size() < seeds_.size()) {
    seed_nodes_.push_back(NodeAt(seeds_[seed_nodes_.size()]));
  }
  for (const std::shared_ptr<Node>& seed : seed_nodes_) {
    if (std::ranges::find(nodes, seed) == nodes.end()) nodes.push_back(seed);
  }
  return nodes;
}

std::shared_ptr<Node> Cluster::NodeAt(HostPort place, const Node& from) {
  constexpr size_t kMostKept = 16;
  if (place.host.empty()) place.host = from.host();
  std::shared_ptr<Node> node = NodeAt(place);
  // A server that takes its first slots over is in no layout: its connection is not to be opened
  // anew for each call.
  if (std::ranges::find(named_by_others_, node) == named_by_others_.end()) {
    named_by_others_.push_back(node);
    if (named_by_others_.size() > kMostKept) named_by_others_.pop_front();
  }
  return node;
}

std::shared_ptr<Node> Cluster::NodeAt(const HostPort& place) {
  ConnectionOptions options = options_;
  options.address = options_.address.At(place);
  std::erase_if(nodes_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Node>& known = nodes_[options.address.node()];
  if (std::shared_ptr<Node> node = known.lock(); node != nullptr) return node;
  std::shared_ptr<Node> node =
      Node::Create(loop_, keys_, options, Client::Redirections::kAreReplies);
  known = node;
  return node;
}

// Not each slot that moves: a resharding moves thousands.
void Cluster::LogChange(const SlotMap& before, const SlotMap& now) const {
  if (HaveTheSameMasters(before, now) && before.uncovered() == now.uncovered()) return;
  std::string line = absl::StrCat(options_.address.name, ": ");
  for (size_t i = 0; i < now.masters().size(); ++i) {
    const HostPort& place = now.masters()[i];
    absl::StrAppend(&line, i == 0 ? "" : "; ", place.host, ":", *place.port, " has slots ",
                    now.SlotsText(i));
  }
  if (now.uncovered() > 0) absl::StrAppend(&line, "; nobody has slots ", now.UncoveredText());
  options_.log(now.uncovered() > 0 ? Severity::kWarning : Severity::kInfo, line);
}

RedisStats Cluster::GetStats() const {
  RedisStats stats = {.topology_changes = changes_.load(),
                      .moved = moved_.load(),
                      .asked = asked_.load(),
                      .uncovered_slots = kSlots};
  const std::shared_ptr<const Layout> known = layout();
  if (known == nullptr) return stats;
  stats.uncovered_slots = known->map.uncovered();
  for (const std::shared_ptr<Node>& master : known->masters) {
    stats.nodes.push_back(master->client().GetStats());
  }
  return stats;
}

void Cluster::Close() {
  layout_.Close();
  seed_nodes_.clear();
  named_by_others_.clear();
  for (const auto& [name, weak] : std::exchange(nodes_, {})) {
    if (const std::shared_ptr<Node> node = weak.lock(); node != nullptr) node->client().Close();
  }
}

}  // namespace cachestore::redis
