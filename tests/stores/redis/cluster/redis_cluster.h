// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CLUSTER_REDIS_CLUSTER_H_
#define TESTS_STORES_REDIS_CLUSTER_REDIS_CLUSTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/stores/redis/redis_server.h"

namespace cachestore {

// A real Redis Cluster of a test's own, of servers on this machine: each master has as many of the
// slots as the others, and perhaps replicas. Whole when the constructor returns.
class RedisCluster {
 public:
  static constexpr int kSlots = 16384;

  // What a redis-server is given besides, by its index.
  using ArgumentsOf = std::function<std::vector<std::string>(int index)>;

  // A server that others do not hear of for a second has failed to them; slots without a master do
  // not end the others.
  explicit RedisCluster(
      int masters, int replicas_of_each = 0,
      const ArgumentsOf& arguments_of = [](int) { return std::vector<std::string>(); });

  // redis+cluster://, of all servers.
  std::string url() const;

  size_t size() const { return nodes_.size(); }
  // The masters first, then the replicas of the first one, and so on; as it was in the beginning.
  RedisServer& node(size_t index) { return *nodes_[index]; }
  std::string id(size_t index) { return node(index).Run({"CLUSTER", "MYID"}); }

  // The index of the server that has the slot now, as server `seen_by` sees it.
  size_t OwnerOf(int slot, size_t seen_by);

  // Moves a slot and its keys to another server: `between` runs when it is on its way, before and
  // after its keys are moved.
  void MoveSlot(
      int slot, size_t to, const std::function<void()>& between = [] {});

  // Waits until all servers but those of `without` see a cluster without a slot that nobody serves.
  void AwaitWhole(const std::vector<size_t>& without = {});

  // The slots of the keys that a test makes up: computed by a server.
  int SlotOf(const std::string& key);

 private:
  void Introduce();
  void GiveSlots(int masters);
  void GiveReplicas(int masters, int replicas_of_each);

  std::vector<uint16_t> bus_ports_;
  std::vector<std::unique_ptr<RedisServer>> nodes_;
};

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_CLUSTER_REDIS_CLUSTER_H_
