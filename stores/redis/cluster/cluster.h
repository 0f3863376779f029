// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_CLUSTER_H_
#define STORES_REDIS_CLUSTER_CLUSTER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "stores/endpoint.h"
#include "stores/redis/cluster/slot.h"
#include "stores/redis/cluster/slot_map.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/discovery.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/node.h"
#include "stores/store_stats.h"

namespace cachestore::redis {

// What is known of a cluster at a time: who has which slots, and a connection to each of them.
struct ClusterLayout {
  SlotMap map;
  std::vector<std::shared_ptr<Node>> masters;  // As the map's.

  // Null if no master has the slot.
  std::shared_ptr<Node> OwnerOf(Slot slot) const {
    const std::optional<size_t> owner = map.OwnerOf(slot);
    return owner.has_value() ? masters[*owner] : nullptr;
  }
};

// A Redis Cluster: its servers as far as they are of use, and its layout, which is searched for
// when the first call needs it, and anew whenever somebody has seen that it may have changed.
class Cluster {
 public:
  using Layout = ClusterLayout;

  // `loop` and `keys` must outlive this. `seeds` are those servers that are asked first, of which
  // there is at least one; `options` is for each, but for its address's place.
  Cluster(EventLoop& loop, const KeySpace& keys, std::vector<HostPort> seeds,
          ConnectionOptions options);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // As Discovery's.
  std::shared_ptr<const Layout> layout() const { return layout_.found(); }
  absl::Time End(absl::Time deadline) const { return layout_.End(deadline); }
  void AwaitLayout(absl::Time deadline, Discovery<Layout>::Handler done) {
    layout_.Await(deadline, std::move(done));
  }
  void AwaitNewLayout(absl::Time deadline, Discovery<Layout>::Handler done) {
    layout_.AwaitNew(deadline, std::move(done));
  }
  void Refresh() { layout_.Refresh(); }
  void RefreshAfter(const absl::Status& status) { layout_.RefreshAfter(status); }
  void RunLater(absl::Duration delay, absl::AnyInvocable<void() &&> task) {
    layout_.RunLater(delay, std::move(task));
  }

  // A server that another one named, or, without a host, one beside it. On the loop's thread.
  std::shared_ptr<Node> NodeAt(HostPort place, const Node& from);

  // The most that the replies to one batch may take.
  size_t max_reply_bytes() const { return options_.max_reply_bytes; }

  // For the statistics: a server has redirected a command. Thread-safe, as is what follows.
  void CountRedirection(bool is_moved) { (is_moved ? moved_ : asked_).fetch_add(1); }
  RedisStats GetStats() const;

  // As Router's.
  void Close();

 private:
  void Search(Discovery<Layout>::Done done);
  Discovery<Layout>::Result LayoutOf(SlotMap map);
  std::vector<std::shared_ptr<Node>> NodesToAsk();
  std::shared_ptr<Node> NodeAt(const HostPort& place);
  void LogChange(const SlotMap& before, const SlotMap& now) const;

  EventLoop& loop_;
  const KeySpace& keys_;
  const std::vector<HostPort> seeds_;
  const ConnectionOptions options_;

  std::atomic<uint64_t> changes_{0};
  std::atomic<uint64_t> moved_{0};
  std::atomic<uint64_t> asked_{0};

  // Of the loop's thread.
  std::map<std::string, std::weak_ptr<Node>> nodes_;   // By name.
  std::vector<std::shared_ptr<Node>> seed_nodes_;      // From the first search on.
  std::deque<std::shared_ptr<Node>> named_by_others_;  // The last few; may be in no layout yet.
  size_t searches_ = 0;

  Discovery<Layout> layout_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_CLUSTER_H_
