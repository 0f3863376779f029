// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STORE_STATS_H_
#define STORES_STORE_STATS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stores/latency_histogram.h"

namespace cachestore {

// What a store in memory holds now, may hold, and has dropped since it was made.
struct MemoryStats {
  // Entries that have expired and are not dropped yet included.
  size_t entries = 0;
  size_t bytes = 0;
  size_t max_entries = 0;
  size_t max_bytes = 0;

  // Dropped since they had expired.
  uint64_t expired = 0;

  // Dropped while they were live, for the room that others took.
  uint64_t evicted_for_entries = 0;
  uint64_t evicted_for_bytes = 0;
};

// The connection of a store to one server of Redis, since it was made.
struct RedisNodeStats {
  // Where the server is: HOST:PORT, or the path of its unix socket.
  std::string node;

  bool is_connected = false;

  // How often it was connected, and how often it was lost after that: what is up for the first time
  // has been connected once.
  uint64_t connections = 0;
  uint64_t losses = 0;

  // Attempts that came to nothing: nobody was there, or the greeting was refused.
  uint64_t failed_attempts = 0;

  // Commands that were sent and not answered yet: how deep the pipeline is now.
  size_t pipelined = 0;

  // From when a command was written until its reply came in.
  LatencyHistogram round_trips;
};

// The servers of Redis behind a store.
struct RedisStats {
  // Those that it sends commands to now: one; of a cluster, each master that is known.
  std::vector<RedisNodeStats> nodes = {};

  // How often another master was found, or other owners of slots, after the first.
  uint64_t topology_changes = 0;

  // Of a cluster: how often a server answered that a key is another's, for good (MOVED) or while
  // its slot moves (ASK), and how many of the 16,384 slots no known master has.
  uint64_t moved = 0;
  uint64_t asked = 0;
  size_t uncovered_slots = 0;
};

// What a store knows of itself. Each store has what it can tell.
struct StoreStats {
  std::optional<MemoryStats> memory = {};
  std::optional<RedisStats> redis = {};
};

}  // namespace cachestore

#endif  // STORES_STORE_STATS_H_
