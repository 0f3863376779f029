// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/stats_source.h"

#include <google/protobuf/util/time_util.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "protos/service_errors.h"
#include "service/metrics/process_stats.h"
#include "stores/latency_histogram.h"
#include "stores/monotonic_clock.h"
#include "stores/version.h"

namespace cachestore {
namespace {

constexpr double kNanosPerSecond = 1e9;

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

v1::Latency LatencyOf(const LatencyHistogram& histogram) {
  v1::Latency latency;
  latency.mutable_counts()->Assign(histogram.by_class.begin(), histogram.by_class.end());
  latency.set_sum_seconds(static_cast<double>(histogram.nanos) / kNanosPerSecond);
  return latency;
}

v1::MethodStats StatsOfMethod(const Method& method, const CallMetrics::OfMethod& calls) {
  v1::MethodStats stats;
  const std::pair<std::string, std::string> names =
      absl::StrSplit(absl::StripPrefix(method.path, "/"), absl::MaxSplits('/', 1));
  stats.set_service(names.first);
  stats.set_method(names.second);
  LatencyHistogram of_all;
  for (size_t code = 0; code < CallMetrics::kCodes; ++code) {
    const uint64_t count = calls[code].Count();
    // OK is there from the start, so that a rate is, too.
    if (code != 0 && count == 0) continue;
    const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
    (*stats.mutable_ended())[name] = count;
    (*stats.mutable_latency_by_status())[name] = LatencyOf(calls[code]);
    of_all += calls[code];
  }
  *stats.mutable_latency() = LatencyOf(of_all);
  return stats;
}

v1::MemoryStats StatsOfMemory(const MemoryStats& memory) {
  v1::MemoryStats stats;
  stats.set_entries(memory.entries);
  stats.set_max_entries(memory.max_entries);
  stats.set_bytes(memory.bytes);
  stats.set_max_bytes(memory.max_bytes);
  stats.set_expired(memory.expired);
  stats.set_evicted_for_entries(memory.evicted_for_entries);
  stats.set_evicted_for_bytes(memory.evicted_for_bytes);
  return stats;
}

v1::RedisNodeStats StatsOfNode(const RedisNodeStats& node) {
  v1::RedisNodeStats stats;
  stats.set_node(absl::Utf8SafeCHexEscape(node.node));  // A path may have any byte.
  stats.set_connected(node.is_connected);
  stats.set_connections(node.connections);
  stats.set_losses(node.losses);
  stats.set_failed_attempts(node.failed_attempts);
  stats.set_pipelined(node.pipelined);
  *stats.mutable_round_trips() = LatencyOf(node.round_trips);
  return stats;
}

v1::RedisStats StatsOfRedis(const RedisStats& redis) {
  v1::RedisStats stats;
  for (const RedisNodeStats& node : redis.nodes) *stats.add_nodes() = StatsOfNode(node);
  stats.set_topology_changes(redis.topology_changes);
  stats.set_moved(redis.moved);
  stats.set_asked(redis.asked);
  stats.set_uncovered_slots(static_cast<uint32_t>(redis.uncovered_slots));
  return stats;
}

v1::NamespaceStats StatsOfNamespace(const CountedStats& served) {
  v1::NamespaceStats stats;
  stats.set_name(served.name);
  stats.set_hits(served.usage.hits);
  stats.set_misses(served.usage.misses);
  stats.set_stored(served.usage.stored);
  stats.set_deleted(served.usage.deleted);
  if (served.store.memory.has_value())
    *stats.mutable_memory() = StatsOfMemory(*served.store.memory);
  if (served.store.redis.has_value()) *stats.mutable_redis() = StatsOfRedis(*served.store.redis);
  return stats;
}

void AddCalls(const v1::MethodStats& method, Totals& totals) {
  if (!IsOfTheCache(method.service())) return;
  for (const auto& [code, count] : method.ended()) {
    totals.calls += count;
    if (IsServiceError(code)) totals.errors += count;
  }
  for (int i = 0; i < method.latency().counts_size(); ++i) {
    totals.latency.by_class[static_cast<size_t>(i)] += method.latency().counts(i);
  }
}

Totals TotalsOf(const v1::StatsResponse& stats) {
  Totals totals;
  totals.nanos = SystemMonotonicClock().NowNanos();
  for (const v1::MethodStats& method : stats.methods()) AddCalls(method, totals);
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    totals.hits += space.hits();
    totals.misses += space.misses();
    totals.evicted += space.memory().evicted_for_entries() + space.memory().evicted_for_bytes();
    totals.entries += space.memory().entries();
    totals.bytes += space.memory().bytes();
  }
  return totals;
}

}  // namespace

StatsSource::StatsSource(Sources sources)
    : sources_(std::move(sources)),
      started_(ProcessStart()),
      timer_(History::kStep, [this] { KeepInMind(); }) {
  KeepInMind();
}

v1::StatsResponse StatsSource::Read(bool want_history) const {
  v1::StatsResponse stats = ReadNow();
  const Totals now = TotalsOf(stats);
  const MutexLock lock(mutex_);
  for (const absl::Duration length : {absl::Minutes(1), absl::Hours(1)}) {
    *stats.add_windows() = history_.Last(length, now);
  }
  if (want_history) {
    for (v1::Window& step : history_.Steps()) *stats.add_steps() = std::move(step);
  }
  return stats;
}

v1::StatsResponse StatsSource::ReadCounts() const {
  v1::StatsResponse stats;
  if (const CallMetrics* const metrics = sources_.door.metrics(); metrics != nullptr) {
    const std::vector<CallMetrics::OfMethod> calls = metrics->Sum();
    for (size_t i = 0; i < calls.size(); ++i) {
      *stats.add_methods() = StatsOfMethod(sources_.door.methods()[i], calls[i]);
    }
  }
  for (const CountedStats& served : sources_.stores.GetStats()) {
    *stats.add_namespaces() = StatsOfNamespace(served);
  }
  return stats;
}

v1::StatsResponse StatsSource::ReadNow() const {
  v1::StatsResponse stats = ReadCounts();
  stats.set_version(kVersion);
  stats.set_backend(sources_.backend);
  *stats.mutable_started() = TimestampOf(started_);
  *stats.mutable_now() = TimestampOf(absl::Now());
  stats.set_not_ready_reason(sources_.readiness.not_ready_reason());
  stats.set_ready(stats.not_ready_reason().empty());
  // In this order: a call that begins and ends meanwhile makes no number below zero.
  const CallCounts& counts = sources_.door.counts();
  const uint64_t finished = counts.finished.load();
  stats.set_calls_in_flight(counts.started.load() - finished);
  for (const int64_t nanos : kLatencyNanos) {
    stats.add_latency_bounds(static_cast<double>(nanos) / kNanosPerSecond);
  }
  *stats.mutable_connections() = sources_.connections();
  stats.set_threads(static_cast<uint32_t>(sources_.threads));
  *stats.mutable_process() = ReadProcessStats();
  return stats;
}

void StatsSource::KeepInMind() {
  const Totals totals = TotalsOf(ReadCounts());
  const MutexLock lock(mutex_);
  history_.Add(totals);
}

}  // namespace cachestore
