// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/stats_figures.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protos/service_errors.h"
#include "stores/latency_percentile.h"

namespace cachestore {
namespace {

bool IsOfCallers(absl::string_view service) {
  return IsOfTheCache(service) && service != "cachestore.v1.CacheAdmin";
}

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

void Add(const v1::Latency& latency, LatencyFigures& sum) {
  sum.sum_seconds += latency.sum_seconds();
  const auto classes = static_cast<size_t>(latency.counts_size());
  if (sum.counts.size() < classes) sum.counts.resize(classes);
  for (size_t i = 0; i < classes; ++i) sum.counts[i] += latency.counts(static_cast<int>(i));
}

void Add(const v1::MemoryStats& memory, MemoryFigures& sum) {
  sum.entries += memory.entries();
  sum.max_entries += memory.max_entries();
  sum.bytes += memory.bytes();
  sum.max_bytes += memory.max_bytes();
  sum.expired += memory.expired();
  sum.evicted_for_entries += memory.evicted_for_entries();
  sum.evicted_for_bytes += memory.evicted_for_bytes();
}

void Add(const LatencyFigures& latency, LatencyFigures& sum) {
  sum.sum_seconds += latency.sum_seconds;
  if (sum.counts.size() < latency.counts.size()) sum.counts.resize(latency.counts.size());
  for (size_t i = 0; i < latency.counts.size(); ++i) sum.counts[i] += latency.counts[i];
}

void Add(const RedisNodeFigures& node, RedisNodeFigures& sum) {
  sum.nodes += node.nodes;
  sum.connected += node.connected;
  sum.losses += node.losses;
  sum.failed_attempts += node.failed_attempts;
  sum.pipelined += node.pipelined;
  Add(node.round_trips, sum.round_trips);
}

RedisNodeFigures FiguresOfNode(const v1::RedisNodeStats& node) {
  RedisNodeFigures figures = {.nodes = 1,
                              .connected = node.connected() ? uint64_t{1} : 0,
                              .losses = node.losses(),
                              .failed_attempts = node.failed_attempts(),
                              .pipelined = node.pipelined()};
  Add(node.round_trips(), figures.round_trips);
  return figures;
}

void Add(const v1::RedisStats& redis, RedisFigures& sum) {
  for (const v1::RedisNodeStats& node : redis.nodes()) {
    const RedisNodeFigures figures = FiguresOfNode(node);
    Add(figures, sum.all);
    Add(figures, sum.by_node[node.node()]);
  }
  sum.topology_changes += redis.topology_changes();
  sum.moved += redis.moved();
  sum.asked += redis.asked();
  sum.uncovered_slots = std::max<uint64_t>(sum.uncovered_slots, redis.uncovered_slots());
}

MethodFigures FiguresOfMethod(const v1::MethodStats& method) {
  MethodFigures figures = {.service = method.service(), .method = method.method()};
  for (const auto& [code, count] : method.ended()) {
    figures.calls += count;
    if (IsServiceError(code)) figures.errors += count;
  }
  Add(method.latency(), figures.latency);
  return figures;
}

// What a counter has grown by. It is read while calls go on, so never below zero.
uint64_t Grown(uint64_t before, uint64_t now) { return now > before ? now - before : 0; }

LatencyFigures Grown(const LatencyFigures& before, const LatencyFigures& now) {
  LatencyFigures grown = now;
  grown.sum_seconds = std::max(0.0, now.sum_seconds - before.sum_seconds);
  for (size_t i = 0; i < std::min(now.counts.size(), before.counts.size()); ++i) {
    grown.counts[i] = Grown(before.counts[i], now.counts[i]);
  }
  return grown;
}

MemoryFigures Grown(const MemoryFigures& before, const MemoryFigures& now) {
  MemoryFigures grown = now;
  grown.expired = Grown(before.expired, now.expired);
  grown.evicted_for_entries = Grown(before.evicted_for_entries, now.evicted_for_entries);
  grown.evicted_for_bytes = Grown(before.evicted_for_bytes, now.evicted_for_bytes);
  return grown;
}

RedisNodeFigures Grown(const RedisNodeFigures& before, const RedisNodeFigures& now) {
  RedisNodeFigures grown = now;
  grown.losses = Grown(before.losses, now.losses);
  grown.failed_attempts = Grown(before.failed_attempts, now.failed_attempts);
  grown.round_trips = Grown(before.round_trips, now.round_trips);
  return grown;
}

// Node by node: with a node that goes, what it had counted goes from the sum.
RedisFigures Grown(const RedisFigures& before, const RedisFigures& now) {
  RedisFigures grown = now;
  grown.all = {};
  for (auto& [name, node] : grown.by_node) {
    if (const auto past = before.by_node.find(name); past != before.by_node.end()) {
      node = Grown(past->second, node);
    }
    Add(node, grown.all);
  }
  grown.topology_changes = Grown(before.topology_changes, now.topology_changes);
  grown.moved = Grown(before.moved, now.moved);
  grown.asked = Grown(before.asked, now.asked);
  return grown;
}

Figures Grown(const Figures& before, const Figures& now) {
  Figures grown = now;
  grown.calls = Grown(before.calls, now.calls);
  grown.errors = Grown(before.errors, now.errors);
  grown.hits = Grown(before.hits, now.hits);
  grown.misses = Grown(before.misses, now.misses);
  grown.latency = Grown(before.latency, now.latency);
  // One process has one table of methods.
  for (size_t i = 0; i < std::min(now.methods.size(), before.methods.size()); ++i) {
    MethodFigures& method = grown.methods[i];
    method.calls = Grown(before.methods[i].calls, method.calls);
    method.errors = Grown(before.methods[i].errors, method.errors);
    method.latency = Grown(before.methods[i].latency, method.latency);
  }
  if (now.memory.has_value() && before.memory.has_value()) {
    grown.memory = Grown(*before.memory, *now.memory);
  }
  if (now.redis.has_value() && before.redis.has_value()) {
    grown.redis = Grown(*before.redis, *now.redis);
  }
  return grown;
}

}  // namespace

uint64_t LatencyFigures::total() const {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

double LatencyFigures::Percentile(double share) const { return LatencyPercentile(counts, share); }

double LatencyFigures::Mean() const {
  const uint64_t all = total();
  return all > 0 ? sum_seconds / static_cast<double>(all) : 0;
}

Figures FiguresOf(const v1::StatsResponse& stats) {
  Figures figures;
  for (const v1::MethodStats& method : stats.methods()) {
    const MethodFigures& added = figures.methods.emplace_back(FiguresOfMethod(method));
    if (!IsOfCallers(method.service())) continue;
    figures.calls += added.calls;
    figures.errors += added.errors;
    Add(method.latency(), figures.latency);
  }
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    figures.hits += space.hits();
    figures.misses += space.misses();
    if (space.has_memory()) {
      if (!figures.memory.has_value()) figures.memory.emplace();
      Add(space.memory(), *figures.memory);
    }
    if (space.has_redis()) {
      if (!figures.redis.has_value()) figures.redis.emplace();
      Add(space.redis(), *figures.redis);
    }
  }
  return figures;
}

Interval Between(const v1::StatsResponse& before, const v1::StatsResponse& now) {
  const absl::Time start = TimeOf(now.started());
  if (TimeOf(before.started()) != start) {
    return {.length = UptimeOf(now), .has_restarted = true, .figures = FiguresOf(now)};
  }
  // Both are times of the service's clock, which may be set meanwhile.
  const absl::Duration length = TimeOf(now.now()) - TimeOf(before.now());
  return {.length = std::max(length, absl::ZeroDuration()),
          .figures = Grown(FiguresOf(before), FiguresOf(now))};
}

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

absl::Duration UptimeOf(const v1::StatsResponse& stats) {
  return std::max(TimeOf(stats.now()) - TimeOf(stats.started()), absl::ZeroDuration());
}

std::string NameOf(const MethodFigures& method) {
  if (IsOfTheCache(method.service)) return method.method;
  return absl::StrCat(method.service, "/", method.method);
}

}  // namespace cachestore
