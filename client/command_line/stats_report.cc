// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/stats_report.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/command_line/console.h"
#include "client/command_line/figures.h"
#include "client/command_line/table.h"

namespace cachestore {
namespace {

// Full ones by their name; of a service that is younger than that, how long it was.
std::string NameOfWindow(absl::Duration length, absl::Duration full) {
  if (length < full) return absl::StrCat("last ", FormatSpan(length));
  return full == absl::Hours(1) ? "last hour" : "last minute";
}

Table WindowTable(const v1::StatsResponse& stats) {
  Table table({"", "calls/s", "errors", "hit ratio", "p50", "p99"});
  absl::Duration full = absl::Minutes(1);
  for (const v1::Window& window : stats.windows()) {
    const absl::Duration length = DurationOf(window.length());
    const double seconds = absl::ToDoubleSeconds(length);
    const auto calls = static_cast<double>(window.calls());
    table.Add({NameOfWindow(length, full), FormatNumber(seconds > 0 ? calls / seconds : 0),
               absl::StrCat(window.errors()),
               FormatShare(static_cast<double>(window.hits()),
                           static_cast<double>(window.hits() + window.misses())),
               window.calls() > 0 ? FormatSeconds(window.p50()) : "-",
               window.calls() > 0 ? FormatSeconds(window.p99()) : "-"});
    full = absl::Hours(1);
  }
  return table;
}

Table NamespaceTable(const v1::StatsResponse& stats) {
  Table table({"namespace", "hits", "misses", "hit ratio", "stored", "deleted", "entries", "memory",
               "evicted"});
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    const v1::MemoryStats& memory = space.memory();
    table.Add({OneLine(space.name()), absl::StrCat(space.hits()), absl::StrCat(space.misses()),
               FormatShare(static_cast<double>(space.hits()),
                           static_cast<double>(space.hits() + space.misses())),
               absl::StrCat(space.stored()), absl::StrCat(space.deleted()),
               space.has_memory() ? absl::StrCat(memory.entries()) : "-",
               space.has_memory() ? FormatBytes(static_cast<double>(memory.bytes())) : "-",
               space.has_memory()
                   ? absl::StrCat(memory.evicted_for_entries() + memory.evicted_for_bytes())
                   : "-"});
  }
  return table;
}

std::string ConnectedText(const RedisNodeFigures& node) {
  if (node.nodes > 1) return absl::StrCat(node.connected, " of ", node.nodes, " connected");
  return node.connected > 0 ? "connected" : "not connected";
}

Table NodeTable(const RedisFigures& redis) {
  Table table({"node", "state", "lost", "failed attempts", "in flight", "p50", "p99"});
  for (const auto& [name, node] : redis.by_node) {
    const bool has_answered = node.round_trips.total() > 0;
    table.Add({OneLine(name), ConnectedText(node), absl::StrCat(node.losses),
               absl::StrCat(node.failed_attempts), absl::StrCat(node.pipelined),
               has_answered ? FormatSeconds(node.round_trips.Percentile(0.5)) : "-",
               has_answered ? FormatSeconds(node.round_trips.Percentile(0.99)) : "-"});
  }
  return table;
}

// Of those that were called.
Table MethodTable(const Figures& figures) {
  Table table({"method", "calls", "errors", "p50", "p99"});
  for (const MethodFigures& method : figures.methods) {
    if (method.calls == 0) continue;
    table.Add({OneLine(NameOf(method)), absl::StrCat(method.calls), absl::StrCat(method.errors),
               FormatSeconds(method.latency.Percentile(0.5)),
               FormatSeconds(method.latency.Percentile(0.99))});
  }
  return table;
}

std::string RedisLines(const RedisFigures& redis) {
  const LatencyFigures& trips = redis.all.round_trips;
  std::string lines = absl::StrCat("redis      ", RedisLine(redis), "\n");
  absl::StrAppend(&lines, "           round trips: p50 ", FormatSeconds(trips.Percentile(0.5)),
                  ", p99 ", FormatSeconds(trips.Percentile(0.99)), "\n");
  // Never of one server that stays where it is.
  if (redis.topology_changes + redis.moved + redis.asked > 0) {
    absl::StrAppend(&lines, "           topology: ", redis.topology_changes, " changes, ",
                    redis.moved, " MOVED, ", redis.asked, " ASK\n");
  }
  return lines;
}

std::string ConnectionLine(const v1::ConnectionStats& connections) {
  const std::string all = absl::StrCat("callers    ", connections.open());
  // gRPC's own transport neither knows a bound nor tells whom it refused.
  if (connections.max_open() == 0) return absl::StrCat(all, " connections\n");
  return absl::StrCat(all, " of ", connections.max_open(), " connections, ", connections.refused(),
                      " refused\n");
}

}  // namespace

std::string VerdictOf(const v1::StatsResponse& stats) {
  if (stats.ready()) return "ready";
  return absl::StrCat("not ready: ", OneLine(stats.not_ready_reason()));
}

std::string IdentityOf(const v1::StatsResponse& stats) {
  return absl::StrCat("cache_server ", OneLine(stats.version()), ", backend ",
                      OneLine(stats.backend()), ", up ", FormatSpan(UptimeOf(stats)));
}

std::string MemoryLine(const MemoryFigures& memory) {
  const auto bytes = static_cast<double>(memory.bytes);
  const auto max_bytes = static_cast<double>(memory.max_bytes);
  return absl::StrCat(FormatBytes(bytes), " of ", FormatBytes(max_bytes), " (",
                      FormatShare(bytes, max_bytes), "), ", memory.entries, " of ",
                      memory.max_entries, " entries");
}

std::string RedisLine(const RedisFigures& redis) {
  const RedisNodeFigures& all = redis.all;
  std::string line =
      absl::StrCat(ConnectedText(all), ", ", all.losses, " lost, ", all.failed_attempts,
                   " failed attempts, ", all.pipelined, " commands in flight");
  if (redis.uncovered_slots > 0) {
    absl::StrAppend(&line, ", ", redis.uncovered_slots, " slots without a master");
  }
  return line;
}

std::string StatsReport(const v1::StatsResponse& stats) {
  const Figures figures = FiguresOf(stats);
  std::string report = absl::StrCat(VerdictOf(stats), "\n", IdentityOf(stats), ", in flight ",
                                    stats.calls_in_flight(), "\n");
  absl::StrAppend(&report, "\n", WindowTable(stats).ToString(), "\n");
  if (figures.memory.has_value()) {
    const MemoryFigures& memory = *figures.memory;
    absl::StrAppend(&report, "memory     ", MemoryLine(memory), "\n");
    absl::StrAppend(&report, "dropped    ", memory.expired, " expired, ",
                    memory.evicted_for_entries, " evicted for entries, ", memory.evicted_for_bytes,
                    " evicted for bytes\n");
  }
  if (figures.redis.has_value()) absl::StrAppend(&report, RedisLines(*figures.redis));
  if (stats.has_connections()) absl::StrAppend(&report, ConnectionLine(stats.connections()));
  absl::StrAppend(&report, "process    ",
                  FormatBytes(static_cast<double>(stats.process().resident_bytes())), " resident, ",
                  FormatNumber(stats.process().cpu_seconds()), " s of processor, ",
                  stats.process().open_descriptors(), " of ", stats.process().max_descriptors(),
                  " descriptors\n");
  if (figures.redis.has_value() && figures.redis->by_node.size() > 1) {
    absl::StrAppend(&report, "\n", NodeTable(*figures.redis).ToString());
  }
  if (stats.namespaces_size() > 1) {
    absl::StrAppend(&report, "\n", NamespaceTable(stats).ToString());
  }
  const Table methods = MethodTable(figures);
  if (!methods.empty()) absl::StrAppend(&report, "\n", methods.ToString());
  if (figures.methods.empty()) {
    absl::StrAppend(&report, "\ncalls are not counted: the service runs with call_metrics=false\n");
  }
  return report;
}

}  // namespace cachestore
