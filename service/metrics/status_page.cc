// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/status_page.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/metrics/chart.h"
#include "service/metrics/history.h"
#include "service/metrics/html.h"
#include "service/metrics/number_text.h"
#include "service/metrics/page/assets.h"
#include "service/metrics/status_tables.h"

namespace cachestore {
namespace {

using google::protobuf::util::TimeUtil;

// Where there is no value, in a chart.
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double SecondsOf(const v1::Window& window) {
  return static_cast<double>(TimeUtil::DurationToNanoseconds(window.length())) / 1e9;
}

double RateOf(uint64_t count, const v1::Window& window) {
  const double seconds = SecondsOf(window);
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double Lookups(const v1::Window& window) {
  return static_cast<double>(window.hits()) + static_cast<double>(window.misses());
}

std::string HitRatio(const v1::Window& window) {
  return ShareText(static_cast<double>(window.hits()), Lookups(window));
}

std::string Card(absl::string_view title, absl::string_view big, absl::string_view small,
                 absl::string_view style = "card") {
  return absl::StrCat("<div class=\"", style, "\"><h2>", title, "</h2><div class=\"big\">", big,
                      "</div><small>", small, "</small></div>\n");
}

// Of words rather than a number: they take more room.
std::string CardOfWords(absl::string_view title, absl::string_view words, absl::string_view small) {
  return Card(title, words, small, "card words");
}

// Not with --call_metrics=false.
bool CountsCalls(const v1::StatsResponse& stats) { return !stats.methods().empty(); }

absl::Duration AgeOf(const v1::StatsResponse& stats) {
  return absl::Nanoseconds(TimeUtil::TimestampToNanoseconds(stats.now()) -
                           TimeUtil::TimestampToNanoseconds(stats.started()));
}

std::string Header(const v1::StatsResponse& stats) {
  std::string verdict = "<span class=\"verdict\">Ready</span>";
  if (!stats.ready()) {
    const std::string reason = EscapeHtml(stats.not_ready_reason());
    verdict = absl::StrCat("<span class=\"verdict bad\">Not ready", reason.empty() ? "" : ": ",
                           reason, "</span>");
  }
  return absl::StrCat("<header><h1>CacheStore</h1>", verdict, "<p>", EscapeHtml(stats.version()),
                      " · over ", EscapeHtml(stats.backend()), " · up ", AgeText(AgeOf(stats)),
                      "</p></header>\n");
}

// What all stores in memory hold together.
v1::MemoryStats MemoryOfAll(const v1::StatsResponse& stats) {
  v1::MemoryStats all;
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    const v1::MemoryStats& memory = space.memory();
    all.set_entries(all.entries() + memory.entries());
    all.set_max_entries(all.max_entries() + memory.max_entries());
    all.set_bytes(all.bytes() + memory.bytes());
    all.set_max_bytes(all.max_bytes() + memory.max_bytes());
    all.set_evicted_for_entries(all.evicted_for_entries() + memory.evicted_for_entries());
    all.set_evicted_for_bytes(all.evicted_for_bytes() + memory.evicted_for_bytes());
    all.set_expired(all.expired() + memory.expired());
  }
  return all;
}

std::string Bar(double part, double whole) {
  const double percent = whole > 0 ? 100 * part / whole : 0;
  return absl::StrCat(R"(<span class="bar"><i style="width:)", percent, "%\"></i></span>");
}

std::string MemoryCards(const v1::StatsResponse& stats) {
  const v1::MemoryStats memory = MemoryOfAll(stats);
  if (memory.max_bytes() == 0) return "";
  const auto bytes = static_cast<double>(memory.bytes());
  const auto max_bytes = static_cast<double>(memory.max_bytes());
  const auto entries = static_cast<double>(memory.entries());
  const auto max_entries = static_cast<double>(memory.max_entries());
  return absl::StrCat(
      Card("Memory", BytesText(bytes),
           absl::StrCat(Bar(bytes, max_bytes), "of ", BytesText(max_bytes), ", ",
                        ShareText(bytes, max_bytes))),
      Card("Entries", CountText(entries),
           absl::StrCat(Bar(entries, max_entries), "of ", CountText(max_entries), ", ",
                        ShareText(entries, max_entries))),
      Card("Evicted", CountText(static_cast<double>(stats.windows(1).evicted())),
           absl::StrCat("in the last hour · since the start ",
                        CountText(static_cast<double>(memory.evicted_for_entries())),
                        " for entries, ",
                        CountText(static_cast<double>(memory.evicted_for_bytes())), " for bytes; ",
                        CountText(static_cast<double>(memory.expired())), " expired")));
}

// All connections to Redis, of which each namespace has its own.
struct RedisSum {
  bool is_there = false;
  int nodes = 0;
  int connected = 0;
  uint64_t losses = 0;
  uint64_t pipelined = 0;
  std::set<std::string> away;    // Each node that a namespace is not connected to.
  uint32_t uncovered_slots = 0;  // Of the namespace that misses most.
};

RedisSum SumOfRedis(const v1::StatsResponse& stats) {
  RedisSum sum;
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    if (!space.has_redis()) continue;
    sum.is_there = true;
    sum.uncovered_slots = std::max(sum.uncovered_slots, space.redis().uncovered_slots());
    for (const v1::RedisNodeStats& node : space.redis().nodes()) {
      ++sum.nodes;
      sum.connected += node.connected() ? 1 : 0;
      sum.losses += node.losses();
      sum.pipelined += node.pipelined();
      if (!node.connected()) sum.away.insert(node.node());
    }
  }
  return sum;
}

std::string RedisCards(const v1::StatsResponse& stats) {
  const RedisSum sum = SumOfRedis(stats);
  if (!sum.is_there) return "";
  std::string connected = sum.connected > 0 ? "connected" : "not connected";
  if (sum.nodes > 1) connected = absl::StrCat(sum.connected, " of ", sum.nodes, " connected");
  std::string more = absl::StrCat("lost ", sum.losses, " times since the start");
  if (!sum.away.empty()) {
    absl::StrAppend(&more, " · away: ", EscapeHtml(absl::StrJoin(sum.away, ", ")));
  }
  if (sum.uncovered_slots > 0) {
    absl::StrAppend(&more, " · ", sum.uncovered_slots, " slots without a master");
  }
  return absl::StrCat(CardOfWords("Redis", connected, more),
                      Card("Redis pipeline", CountText(static_cast<double>(sum.pipelined)),
                           "commands sent and not answered"));
}

std::string ProcessCard(const v1::StatsResponse& stats) {
  const v1::ProcessStats& process = stats.process();
  const double cores = process.cpu_seconds() / std::max(1.0, absl::ToDoubleSeconds(AgeOf(stats)));
  return Card(
      "Process", BytesText(static_cast<double>(process.resident_bytes())),
      absl::StrCat("resident · ", absl::StrFormat("%.2f", cores), " cores since the start · ",
                   process.open_descriptors(), " of ", process.max_descriptors(), " descriptors"));
}

std::string ConnectionCard(const v1::StatsResponse& stats) {
  const v1::ConnectionStats& connections = stats.connections();
  const auto open = static_cast<double>(connections.open());
  const auto max_open = static_cast<double>(connections.max_open());
  if (connections.max_open() == 0) return Card("Connections", CountText(open), "of callers");
  return Card(
      "Connections", CountText(open),
      absl::StrCat(Bar(open, max_open), "of ", CountText(max_open), " · refused ",
                   CountText(static_cast<double>(connections.refused())), " since the start"));
}

std::string CallCards(const v1::StatsResponse& stats) {
  const v1::Window& minute = stats.windows(0);
  const v1::Window& hour = stats.windows(1);
  if (!CountsCalls(stats)) {
    return CardOfWords("Calls, errors, latency", "not counted",
                       absl::StrCat("to have them, start the service without "
                                    "<code>--call_metrics=false</code> · ",
                                    stats.calls_in_flight(), " in flight"));
  }
  const std::string errors =
      ShareText(static_cast<double>(minute.errors()), static_cast<double>(minute.calls()));
  return absl::StrCat(
      Card("Calls", absl::StrCat(CountText(RateOf(minute.calls(), minute)), "/s"),
           absl::StrCat("last hour ", CountText(RateOf(hour.calls(), hour)), "/s · ",
                        stats.calls_in_flight(), " in flight")),
      Card("Errors of the service", errors,
           absl::StrCat(CountText(static_cast<double>(minute.errors())), " in a minute · ",
                        CountText(static_cast<double>(hour.errors())), " in the last hour")),
      Card("Latency, p99", LatencyText(minute.p99()),
           absl::StrCat("p50 ", LatencyText(minute.p50()), " · last hour ",
                        LatencyText(hour.p99()))));
}

std::string Cards(const v1::StatsResponse& stats) {
  return absl::StrCat("<div class=\"grid\">\n",
                      Card("Hit ratio", HitRatio(stats.windows(0)),
                           absl::StrCat("last hour ", HitRatio(stats.windows(1)))),
                      CallCards(stats), MemoryCards(stats), RedisCards(stats),
                      ConnectionCard(stats), ProcessCard(stats), "</div>\n");
}

ChartLine LineOf(const v1::StatsResponse& stats, std::string name,
                 const std::function<double(const v1::Window&)>& value) {
  ChartLine line = {.name = std::move(name), .values = {}};
  for (const v1::Window& step : stats.steps()) line.values.push_back(value(step));
  return line;
}

Chart HitChart(const v1::StatsResponse& stats) {
  return {.title = "Hit ratio",
          .now = HitRatio(stats.windows(0)),
          .lines = {LineOf(stats, "hits",
                           [](const v1::Window& step) {
                             const double lookups = Lookups(step);
                             return lookups > 0 ? static_cast<double>(step.hits()) / lookups
                                                : kNone;
                           })},
          .top = 1,
          .text = [](double share) { return ShareText(share, 1); }};
}

Chart LatencyChart(const v1::StatsResponse& stats) {
  return {.title = "Latency",
          .now = LatencyText(stats.windows(0).p99()),
          .lines = {LineOf(stats, "p99",
                           [](const v1::Window& step) {
                             return step.calls() > 0 ? step.p99() : kNone;
                           }),
                    LineOf(stats, "p50",
                           [](const v1::Window& step) {
                             return step.calls() > 0 ? step.p50() : kNone;
                           })},
          .top = 0,
          .text = LatencyText};
}

Chart CallChart(const v1::StatsResponse& stats) {
  const v1::Window& minute = stats.windows(0);
  return {.title = "Calls a second",
          .now = CountText(RateOf(minute.calls(), minute)),
          .lines = {LineOf(stats, "calls",
                           [](const v1::Window& step) { return RateOf(step.calls(), step); })},
          .top = 0,
          .text = CountText};
}

Chart MemoryChart(const v1::StatsResponse& stats, const v1::MemoryStats& memory) {
  return {
      .title = "Memory",
      .now = BytesText(static_cast<double>(memory.bytes())),
      .lines = {LineOf(stats, "bytes",
                       [](const v1::Window& step) { return static_cast<double>(step.bytes()); })},
      .top = static_cast<double>(memory.max_bytes()),
      .text = BytesText};
}

std::string Charts(const v1::StatsResponse& stats) {
  const v1::MemoryStats memory = MemoryOfAll(stats);
  std::vector<Chart> charts;
  if (CountsCalls(stats)) charts.push_back(CallChart(stats));
  charts.push_back(HitChart(stats));
  if (CountsCalls(stats)) charts.push_back(LatencyChart(stats));
  if (memory.max_bytes() > 0) charts.push_back(MemoryChart(stats, memory));
  // As much of the hour as there is something to show of.
  const bool is_young = stats.steps_size() <= History::kSteps / 6;
  std::string html = "<div class=\"grid charts\">\n";
  for (const Chart& chart : charts) {
    absl::StrAppend(&html, ChartHtml(chart, is_young ? History::kSteps / 6 : History::kSteps,
                                     is_young ? "10 min" : "1 h"));
  }
  return absl::StrCat(html, "</div>\n");
}

std::string TitleOf(const v1::StatsResponse& stats) {
  return stats.ready() ? "CacheStore: ready" : "CacheStore: not ready";
}

}  // namespace

std::string StatusPage(const v1::StatsResponse& stats, const SettingTexts& settings) {
  return absl::StrCat(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>\n<title>",
      TitleOf(stats), "</title>\n<style>\n", kPageCss, "</style>\n</head>\n<body>\n<main>\n",
      Header(stats), Cards(stats), Charts(stats), NamespaceTable(stats), MethodTableHtml(stats),
      SettingTable(settings),
      "<footer><a href=\"/metrics\">/metrics</a> for Prometheus · <a href=\"/stats.json\">"
      "/stats.json</a> for programs · <a href=\"/healthz\">/healthz</a> for probes "
      "<strong class=\"away\">· the service does not answer</strong></footer>\n</main>\n"
      "<script>\n",
      kPageJs, "</script>\n</body>\n</html>\n");
}

}  // namespace cachestore
