// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/stats_commands.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/command_line/console.h"
#include "client/command_line/figures.h"
#include "client/command_line/json.h"
#include "client/command_line/latency_report.h"
#include "client/command_line/output.h"
#include "client/command_line/stats_client.h"
#include "client/command_line/stats_figures.h"
#include "client/command_line/stats_report.h"
#include "protos/message_json.h"

namespace cachestore {

ExitCode Stats(const Target& target, bool in_json) {
  const absl::StatusOr<v1::StatsResponse> stats = StatsClient(target).Read(in_json);
  if (!stats.ok()) return Fail("stats", stats.status());
  if (!in_json) return Print("stats", StatsReport(*stats));
  const absl::StatusOr<std::string> json = JsonOf(*stats);
  return json.ok() ? PrintLine("stats", *json) : Fail("stats", json.status());
}

ExitCode Latency(const Target& target, const LatencyArguments& arguments) {
  StatsClient client(target);
  absl::StatusOr<v1::StatsResponse> stats = client.Read();
  if (!stats.ok()) return Fail("latency", stats.status());
  std::optional<Interval> interval;
  if (arguments.interval.has_value()) {
    absl::SleepFor(*arguments.interval);
    const v1::StatsResponse before = *std::move(stats);
    stats = client.Read();
    if (!stats.ok()) return Fail("latency", stats.status());
    interval = Between(before, *stats);
  }
  const Figures figures = FiguresOf(*stats);
  if (arguments.in_json) {
    JsonObject object;
    object.Number("uptime", absl::ToDoubleSeconds(UptimeOf(*stats)));
    object.List("since_start", LatencyJson(figures));
    if (interval.has_value()) {
      object.Number("interval", absl::ToDoubleSeconds(interval->length));
      object.List("in_interval", LatencyJson(interval->figures));
    }
    return Print("latency", absl::StrCat(object.ToString(), "\n"));
  }
  std::string report = LatencyReport(absl::StrCat("in ", FormatSpan(UptimeOf(*stats))), figures);
  if (interval.has_value()) {
    const std::string title =
        absl::StrCat("in ", FormatSeconds(absl::ToDoubleSeconds(interval->length)));
    absl::StrAppend(&report, "\n", LatencyReport(title, interval->figures));
  }
  return Print("latency", report);
}

}  // namespace cachestore
