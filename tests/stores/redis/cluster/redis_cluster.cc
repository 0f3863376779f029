// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/cluster/redis_cluster.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/testing/await_until.h"
#include "tests/testing/loopback.h"

namespace cachestore {
namespace {

const std::string kHost = "127.0.0.1";

bool IsWhole(RedisServer& node, size_t size) {
  const std::string info = node.Run({"CLUSTER", "INFO"});
  return absl::StrContains(info, "cluster_state:ok") &&
         absl::StrContains(info, "cluster_slots_ok:16384") &&
         absl::StrContains(info, absl::StrCat("cluster_known_nodes:", size, "\r"));
}

}  // namespace

RedisCluster::RedisCluster(int masters, int replicas_of_each, const ArgumentsOf& arguments_of) {
  for (int i = 0; i < masters * (1 + replicas_of_each); ++i) {
    bus_ports_.push_back(FreePort());
    std::vector<std::string> arguments = {"--cluster-enabled",
                                          "yes",
                                          "--cluster-port",
                                          absl::StrCat(bus_ports_.back()),
                                          "--cluster-node-timeout",
                                          "1000",
                                          "--cluster-require-full-coverage",
                                          "no",
                                          "--cluster-replica-validity-factor",
                                          "0",
                                          "--repl-diskless-sync-delay",
                                          "0"};
    const std::vector<std::string> more = arguments_of(i);
    arguments.insert(arguments.end(), more.begin(), more.end());
    nodes_.push_back(std::make_unique<RedisServer>(arguments));
  }
  GiveSlots(masters);
  Introduce();
  GiveReplicas(masters, replicas_of_each);
  AwaitWhole();
}

std::string RedisCluster::url() const {
  return absl::StrCat("redis+cluster://",
                      absl::StrJoin(nodes_, ",", [](std::string* out, const auto& node) {
                        absl::StrAppend(out, kHost, ":", node->port());
                      }));
}

// Each has its own epoch, so that none of them has to yield to another.
void RedisCluster::GiveSlots(int masters) {
  for (int i = 0; i < masters; ++i) {
    const int first = kSlots * i / masters;
    const int last = kSlots * (i + 1) / masters - 1;
    RedisServer& master = node(static_cast<size_t>(i));
    EXPECT_EQ(master.Run({"CLUSTER", "SET-CONFIG-EPOCH", absl::StrCat(i + 1)}), "OK");
    EXPECT_EQ(master.Run({"CLUSTER", "ADDSLOTSRANGE", absl::StrCat(first), absl::StrCat(last)}),
              "OK");
  }
}

void RedisCluster::Introduce() {
  for (size_t i = 1; i < size(); ++i) {
    EXPECT_EQ(node(0).Run({"CLUSTER", "MEET", kHost, absl::StrCat(node(i).port()),
                           absl::StrCat(bus_ports_[i])}),
              "OK");
  }
  const std::string known = absl::StrCat("cluster_known_nodes:", size(), "\r");
  for (size_t i = 0; i < size(); ++i) {
    EXPECT_TRUE(AwaitUntil([&] {
      return absl::StrContains(node(i).Run({"CLUSTER", "INFO"}), known);
    }));
  }
}

void RedisCluster::GiveReplicas(int masters, int replicas_of_each) {
  for (size_t i = static_cast<size_t>(masters); i < size(); ++i) {
    RedisServer& replica = node(i);
    const size_t nth = i - static_cast<size_t>(masters);
    const std::string master = id(nth / static_cast<size_t>(replicas_of_each));
    EXPECT_TRUE(AwaitUntil([&] { return replica.Run({"CLUSTER", "REPLICATE", master}) == "OK"; }));
    EXPECT_TRUE(AwaitUntil([&] {
      return absl::StrContains(replica.Run({"INFO", "replication"}), "master_link_status:up");
    }));
  }
}

void RedisCluster::AwaitWhole(const std::vector<size_t>& without) {
  for (size_t i = 0; i < size(); ++i) {
    if (std::ranges::find(without, i) != without.end()) continue;
    EXPECT_TRUE(AwaitUntil([&] { return IsWhole(node(i), size()); })) << i;
  }
}

size_t RedisCluster::OwnerOf(int slot, size_t seen_by) {
  const std::vector<std::string> lines =
      absl::StrSplit(node(seen_by).Run({"CLUSTER", "NODES"}), '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (absl::StrContains(words[2], "fail")) continue;
    for (size_t range = 8; range < words.size(); ++range) {
      const std::pair<std::string, std::string> ends =
          absl::StrSplit(words[range], absl::MaxSplits('-', 1));
      int first = 0;
      int last = 0;
      if (!absl::SimpleAtoi(ends.first, &first)) continue;  // One on its way.
      if (!absl::SimpleAtoi(ends.second, &last)) last = first;
      if (slot < first || slot > last) continue;
      for (size_t i = 0; i < size(); ++i) {
        if (absl::StrContains(words[1], absl::StrCat(":", node(i).port(), "@"))) return i;
      }
    }
  }
  return size();
}

void RedisCluster::MoveSlot(int slot, size_t to, const std::function<void()>& between) {
  const std::string slot_text = absl::StrCat(slot);
  const size_t from = OwnerOf(slot, to);
  EXPECT_EQ(node(to).Run({"CLUSTER", "SETSLOT", slot_text, "IMPORTING", id(from)}), "OK");
  EXPECT_EQ(node(from).Run({"CLUSTER", "SETSLOT", slot_text, "MIGRATING", id(to)}), "OK");
  between();
  while (true) {
    const std::vector<std::string> keys = absl::StrSplit(
        node(from).Run({"CLUSTER", "GETKEYSINSLOT", slot_text, "100"}), '\n', absl::SkipEmpty());
    if (keys.empty()) break;
    std::vector<std::string> migrate = {"MIGRATE", kHost, absl::StrCat(node(to).port()), "", "0",
                                        "5000",    "KEYS"};
    migrate.insert(migrate.end(), keys.begin(), keys.end());
    const std::string moved = node(from).Run(migrate);
    EXPECT_TRUE(moved == "OK" || moved == "NOKEY") << moved;
  }
  between();
  EXPECT_EQ(node(to).Run({"CLUSTER", "SETSLOT", slot_text, "NODE", id(to)}), "OK");
  EXPECT_EQ(node(from).Run({"CLUSTER", "SETSLOT", slot_text, "NODE", id(to)}), "OK");
}

int RedisCluster::SlotOf(const std::string& key) {
  int slot = -1;
  EXPECT_TRUE(absl::SimpleAtoi(node(0).Run({"CLUSTER", "KEYSLOT", key}), &slot));
  return slot;
}

}  // namespace cachestore
