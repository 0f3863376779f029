// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/top_sample.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/command_line/console.h"
#include "client/command_line/figures.h"
#include "client/command_line/json.h"
#include "client/command_line/stats_report.h"
#include "client/command_line/table.h"

namespace cachestore {
namespace {

double RateOf(uint64_t count, const Interval& interval) {
  const double seconds = absl::ToDoubleSeconds(interval.length);
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string HitRatioOf(const Figures& figures) {
  return FormatShare(static_cast<double>(figures.hits),
                     static_cast<double>(figures.hits + figures.misses));
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(absl::ToUnixSeconds(time)),
                          absl::UTCTimeZone());
}

std::string PercentileText(const LatencyFigures& latency, double share) {
  return latency.total() > 0 ? FormatSeconds(latency.Percentile(share)) : "-";
}

// Those that were called, by their rate; equal ones as the service has them.
std::vector<MethodFigures> ByRate(const Figures& figures) {
  std::vector<MethodFigures> methods;
  for (const MethodFigures& method : figures.methods) {
    if (method.calls > 0) methods.push_back(method);
  }
  std::ranges::stable_sort(methods, std::ranges::greater(), &MethodFigures::calls);
  return methods;
}

ScreenLine VerdictLine(const std::string& server, const TopSample& sample) {
  if (!sample.status.ok()) {
    return {.text = absl::StrCat("no answer: ", OneLine(sample.status.message())),
            .tone = Tone::kBad};
  }
  std::string text =
      absl::StrCat(VerdictOf(sample.stats), "  ", OneLine(server), "  ", IdentityOf(sample.stats));
  if (sample.interval.has_restarted) absl::StrAppend(&text, "  (restarted)");
  return {.text = std::move(text), .tone = sample.stats.ready() ? Tone::kGood : Tone::kBad};
}

std::string TrafficLine(const TopSample& sample) {
  const Figures& figures = sample.interval.figures;
  return absl::StrCat("calls     ", FormatNumber(RateOf(figures.calls, sample.interval)), "/s, ",
                      FormatNumber(RateOf(figures.errors, sample.interval)), " errors/s, ",
                      sample.stats.calls_in_flight(), " in flight, hit ratio ",
                      HitRatioOf(figures));
}

std::string LatencyLine(const LatencyFigures& latency) {
  return absl::StrCat("latency   p50 ", PercentileText(latency, 0.5), ", p90 ",
                      PercentileText(latency, 0.9), ", p99 ", PercentileText(latency, 0.99),
                      ", p99.9 ", PercentileText(latency, 0.999));
}

std::string DroppedLine(const MemoryFigures& memory, const Interval& interval) {
  return absl::StrCat("dropped   ", FormatNumber(RateOf(memory.expired, interval)), "/s expired, ",
                      FormatNumber(RateOf(memory.evicted_for_entries, interval)),
                      "/s evicted for entries, ",
                      FormatNumber(RateOf(memory.evicted_for_bytes, interval)), "/s for bytes");
}

// The nodes that a namespace is not connected to.
std::string AwayText(const RedisFigures& redis) {
  std::vector<std::string> away;
  for (const auto& [name, node] : redis.by_node) {
    if (node.connected < node.nodes) away.push_back(OneLine(name));
  }
  return absl::StrJoin(away, ", ");
}

Table MethodTable(const Interval& interval) {
  Table table({"method", "calls/s", "errors/s", "mean", "p50", "p99"});
  for (const MethodFigures& method : ByRate(interval.figures)) {
    table.Add({OneLine(NameOf(method)), FormatNumber(RateOf(method.calls, interval)),
               FormatNumber(RateOf(method.errors, interval)), FormatSeconds(method.latency.Mean()),
               PercentileText(method.latency, 0.5), PercentileText(method.latency, 0.99)});
  }
  return table;
}

std::vector<ScreenLine> EveryLine(const std::string& server, const TopSample& sample) {
  const Figures& figures = sample.interval.figures;
  std::vector<ScreenLine> lines;
  lines.push_back(VerdictLine(server, sample));
  lines.push_back({.text = TrafficLine(sample)});
  lines.push_back({.text = LatencyLine(figures.latency)});
  if (figures.memory.has_value()) {
    lines.push_back({.text = absl::StrCat("memory    ", MemoryLine(*figures.memory))});
    lines.push_back({.text = DroppedLine(*figures.memory, sample.interval)});
  }
  if (figures.redis.has_value()) {
    const RedisFigures& redis = *figures.redis;
    const LatencyFigures& trips = redis.all.round_trips;
    lines.push_back(
        {.text = absl::StrCat("redis     ", RedisLine(redis), ", p50 ", PercentileText(trips, 0.5),
                              ", p99 ", PercentileText(trips, 0.99))});
    if (redis.by_node.size() > 1 && redis.all.connected < redis.all.nodes) {
      lines.push_back({.text = absl::StrCat("away      ", AwayText(redis)), .tone = Tone::kBad});
    }
  }
  lines.push_back({});
  Tone tone = Tone::kHeading;
  for (std::string& line : MethodTable(sample.interval).Lines()) {
    lines.push_back({.text = std::move(line), .tone = std::exchange(tone, Tone::kPlain)});
  }
  return lines;
}

bool IsConnected(const RedisNodeFigures& node) {
  return node.nodes > 0 && node.connected == node.nodes;
}

void AddRedis(const RedisFigures& redis, JsonObject& object) {
  std::vector<JsonObject> nodes;
  for (const auto& [name, node] : redis.by_node) {
    nodes.push_back(JsonObject()
                        .Text("name", name)
                        .Flag("connected", IsConnected(node))
                        .Number("p50", node.round_trips.Percentile(0.5))
                        .Number("p99", node.round_trips.Percentile(0.99)));
  }
  object.Flag("redis_connected", IsConnected(redis.all));
  object.Count("redis_uncovered_slots", redis.uncovered_slots).List("redis_nodes", nodes);
}

}  // namespace

std::string TopLine(const TopSample& sample) {
  std::string line = TimeText(sample.time);
  if (!sample.status.ok()) {
    absl::StrAppend(&line, " no answer: ", OneLine(sample.status.message()));
    return line;
  }
  const Figures& figures = sample.interval.figures;
  absl::StrAppend(&line, sample.interval.has_restarted ? " restarted, " : " ",
                  VerdictOf(sample.stats), ", ");
  absl::StrAppend(&line, FormatNumber(RateOf(figures.calls, sample.interval)), " calls/s, ",
                  FormatNumber(RateOf(figures.errors, sample.interval)), " errors/s, hit ratio ",
                  HitRatioOf(figures), ", p50 ", PercentileText(figures.latency, 0.5), ", p99 ",
                  PercentileText(figures.latency, 0.99));
  if (figures.memory.has_value()) absl::StrAppend(&line, ", ", MemoryLine(*figures.memory));
  if (figures.redis.has_value()) absl::StrAppend(&line, ", redis ", RedisLine(*figures.redis));
  return line;
}

std::string TopJson(const TopSample& sample) {
  JsonObject object;
  object.Text("time", TimeText(sample.time));
  if (!sample.status.ok()) {
    object.Text("error", absl::StatusCodeToString(sample.status.code()));
    return object.Text("message", sample.status.message()).ToString();
  }
  const Interval& interval = sample.interval;
  const Figures& figures = interval.figures;
  const uint64_t reads = figures.hits + figures.misses;
  object.Flag("ready", sample.stats.ready());
  object.Text("not_ready_reason", sample.stats.not_ready_reason());
  object.Flag("restarted", interval.has_restarted);
  object.Number("interval", absl::ToDoubleSeconds(interval.length));
  object.Number("calls", RateOf(figures.calls, interval));
  object.Number("errors", RateOf(figures.errors, interval));
  object.Number("hit_ratio", reads > 0
                                 ? static_cast<double>(figures.hits) / static_cast<double>(reads)
                                 : std::numeric_limits<double>::quiet_NaN());
  object.Number("p50", figures.latency.Percentile(0.5));
  object.Number("p99", figures.latency.Percentile(0.99));
  object.Count("in_flight", sample.stats.calls_in_flight());
  if (figures.memory.has_value()) {
    object.Count("entries", figures.memory->entries).Count("bytes", figures.memory->bytes);
  }
  if (figures.redis.has_value()) AddRedis(*figures.redis, object);
  std::vector<JsonObject> methods;
  for (const MethodFigures& method : ByRate(figures)) {
    methods.push_back(JsonObject()
                          .Text("name", NameOf(method))
                          .Number("calls", RateOf(method.calls, interval))
                          .Number("errors", RateOf(method.errors, interval))
                          .Number("p50", method.latency.Percentile(0.5))
                          .Number("p99", method.latency.Percentile(0.99)));
  }
  return object.List("methods", methods).ToString();
}

std::vector<ScreenLine> TopScreen(const std::string& server, const TopSample& sample,
                                  const ScreenSize& size) {
  std::vector<ScreenLine> lines = EveryLine(server, sample);
  const size_t rows = std::max(size.rows, 1);
  if (lines.size() > rows) {
    const size_t left_out = lines.size() - rows + 1;
    lines.resize(rows);
    lines.back() = {.text = absl::StrCat("and ", left_out, " lines more")};
  }
  const size_t columns = std::max(size.columns, 1);
  for (ScreenLine& line : lines) {
    if (line.text.size() > columns) line.text.resize(columns);
  }
  return lines;
}

}  // namespace cachestore
