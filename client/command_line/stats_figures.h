// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_STATS_FIGURES_H_
#define CLIENT_COMMAND_LINE_STATS_FIGURES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protos/admin.pb.h"

namespace cachestore {

// What the answers of CacheAdmin.Stats come to: sums over methods and namespaces, and what went on
// between one answer and the next.

// How long things took, by the classes of stores/latency_histogram.h.
struct LatencyFigures {
  std::vector<uint64_t> counts = {};
  double sum_seconds = 0;

  uint64_t total() const;

  // Zero if there are none.
  double Percentile(double share) const;
  double Mean() const;
};

struct MethodFigures {
  std::string service;
  std::string method;
  uint64_t calls = 0;
  uint64_t errors = 0;  // Of the service, as protos/admin.proto says.
  LatencyFigures latency = {};
};

struct MemoryFigures {
  uint64_t entries = 0;
  uint64_t max_entries = 0;
  uint64_t bytes = 0;
  uint64_t max_bytes = 0;
  uint64_t expired = 0;
  uint64_t evicted_for_entries = 0;
  uint64_t evicted_for_bytes = 0;
};

// Of connections to Redis together: to one node, or to all. Each namespace has its own.
struct RedisNodeFigures {
  uint64_t nodes = 0;  // Each as often as there are namespaces that it serves.
  uint64_t connected = 0;
  uint64_t losses = 0;
  uint64_t failed_attempts = 0;
  uint64_t pipelined = 0;
  LatencyFigures round_trips = {};
};

struct RedisFigures {
  RedisNodeFigures all = {};
  std::map<std::string, RedisNodeFigures> by_node = {};  // By HOST:PORT, or the socket's path.
  uint64_t topology_changes = 0;
  uint64_t moved = 0;
  uint64_t asked = 0;
  uint64_t uncovered_slots = 0;  // Of the namespace that misses most.
};

// Calls are those of cachestore.v1 but for CacheAdmin: who looks on is not what is looked at.
struct Figures {
  uint64_t calls = 0;
  uint64_t errors = 0;
  uint64_t hits = 0;
  uint64_t misses = 0;
  LatencyFigures latency = {};
  std::vector<MethodFigures> methods = {};  // All that there are.
  std::optional<MemoryFigures> memory = {};
  std::optional<RedisFigures> redis = {};
};

// Since the service was started.
Figures FiguresOf(const v1::StatsResponse& stats);

// What went on between two answers of one service.
struct Interval {
  absl::Duration length;
  bool has_restarted = false;  // Then the interval began with the start of the new process.
  Figures figures;  // What is not counted (entries, connections) is as it was at the end.
};
Interval Between(const v1::StatsResponse& before, const v1::StatsResponse& now);

absl::Duration DurationOf(const google::protobuf::Duration& duration);

// How long the service had run.
absl::Duration UptimeOf(const v1::StatsResponse& stats);

// Get, and Check of another service as grpc.health.v1.Health/Check.
std::string NameOf(const MethodFigures& method);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_STATS_FIGURES_H_
