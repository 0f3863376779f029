// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "service/metrics/families.h"
#include "service/metrics/family.h"

namespace cachestore {
namespace {

MetricFamilies UsageFamilies(const v1::StatsResponse& stats) {
  Family hits = Family::Counters("cachestore_hits_total", "Reads of a value that found one.");
  Family misses = Family::Counters("cachestore_misses_total", "Reads that found none.");
  Family stored = Family::Counters("cachestore_stored_total", "Entries that callers stored.");
  Family deleted =
      Family::Counters("cachestore_deleted_total", "Entries that callers removed one by one.");
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    const MetricLabels labels = {{"namespace", space.name()}};
    hits.Add(labels, static_cast<double>(space.hits()));
    misses.Add(labels, static_cast<double>(space.misses()));
    stored.Add(labels, static_cast<double>(space.stored()));
    deleted.Add(labels, static_cast<double>(space.deleted()));
  }
  return TakeAll({std::move(hits), std::move(misses), std::move(stored), std::move(deleted)});
}

MetricFamilies MemoryFamilies(const v1::StatsResponse& stats) {
  Family entries = Family::Gauges("cachestore_entries", "Entries that are held now.");
  Family bytes = Family::Gauges("cachestore_bytes", "What they take: keys, values and overhead.");
  Family max_entries = Family::Gauges("cachestore_max_entries", "Entries that may be held.");
  Family max_bytes = Family::Gauges("cachestore_max_bytes", "What they may take.");
  Family evicted = Family::Counters("cachestore_evictions_total",
                                    "Live entries that were dropped to make room, by the cap.");
  Family expired =
      Family::Counters("cachestore_expirations_total", "Entries dropped as they had expired.");
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    if (!space.has_memory()) continue;
    const v1::MemoryStats& memory = space.memory();
    const MetricLabels labels = {{"namespace", space.name()}};
    entries.Add(labels, static_cast<double>(memory.entries()));
    bytes.Add(labels, static_cast<double>(memory.bytes()));
    max_entries.Add(labels, static_cast<double>(memory.max_entries()));
    max_bytes.Add(labels, static_cast<double>(memory.max_bytes()));
    expired.Add(labels, static_cast<double>(memory.expired()));
    evicted.Add({{"namespace", space.name()}, {"cap", "entries"}},
                static_cast<double>(memory.evicted_for_entries()));
    evicted.Add({{"namespace", space.name()}, {"cap", "bytes"}},
                static_cast<double>(memory.evicted_for_bytes()));
  }
  return TakeAll({std::move(entries), std::move(bytes), std::move(max_entries),
                  std::move(max_bytes), std::move(evicted), std::move(expired)});
}

MetricFamilies NodeFamilies(const v1::StatsResponse& stats) {
  Family up = Family::Gauges("cachestore_redis_up", "1 while the node of Redis is connected.");
  Family connections = Family::Counters("cachestore_redis_connections_total",
                                        "How often it was connected; reconnects follow one.");
  Family losses = Family::Counters("cachestore_redis_connections_lost_total",
                                   "How often the connection was lost.");
  Family failed = Family::Counters("cachestore_redis_failed_connects_total",
                                   "Attempts to connect that came to nothing.");
  Family pipelined = Family::Gauges("cachestore_redis_pipelined_commands",
                                    "Commands that were sent and not answered yet.");
  Family took = Family::Histograms("cachestore_redis_round_trip_seconds",
                                   "From when a command was written until its reply came in.");
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    for (const v1::RedisNodeStats& node : space.redis().nodes()) {
      const MetricLabels labels = {{"namespace", space.name()}, {"node", node.node()}};
      up.Add(labels, node.connected() ? 1 : 0);
      connections.Add(labels, static_cast<double>(node.connections()));
      losses.Add(labels, static_cast<double>(node.losses()));
      failed.Add(labels, static_cast<double>(node.failed_attempts()));
      pipelined.Add(labels, static_cast<double>(node.pipelined()));
      took.Add(labels, HistogramOf(node.round_trips(), stats.latency_bounds()));
    }
  }
  return TakeAll({std::move(up), std::move(connections), std::move(losses), std::move(failed),
                  std::move(pipelined), std::move(took)});
}

MetricFamilies TopologyFamilies(const v1::StatsResponse& stats) {
  Family changes =
      Family::Counters("cachestore_redis_topology_changes_total",
                       "How often another master, or other owners of slots, were found.");
  Family redirections = Family::Counters("cachestore_redis_redirections_total",
                                         "Keys that were another node's, by how it was said.");
  Family uncovered = Family::Gauges("cachestore_redis_uncovered_slots",
                                    "Slots of the cluster that no known master has.");
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    if (!space.has_redis()) continue;
    const v1::RedisStats& redis = space.redis();
    const MetricLabels labels = {{"namespace", space.name()}};
    changes.Add(labels, static_cast<double>(redis.topology_changes()));
    uncovered.Add(labels, redis.uncovered_slots());
    redirections.Add({{"namespace", space.name()}, {"kind", "moved"}},
                     static_cast<double>(redis.moved()));
    redirections.Add({{"namespace", space.name()}, {"kind", "ask"}},
                     static_cast<double>(redis.asked()));
  }
  return TakeAll({std::move(changes), std::move(redirections), std::move(uncovered)});
}

}  // namespace

MetricFamilies StoreFamilies(const v1::StatsResponse& stats) {
  MetricFamilies families = UsageFamilies(stats);
  std::ranges::move(MemoryFamilies(stats), std::back_inserter(families));
  std::ranges::move(NodeFamilies(stats), std::back_inserter(families));
  std::ranges::move(TopologyFamilies(stats), std::back_inserter(families));
  return families;
}

}  // namespace cachestore
