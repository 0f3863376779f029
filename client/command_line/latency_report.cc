// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/latency_report.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/figures.h"
#include "client/command_line/table.h"

namespace cachestore {
namespace {

struct Row {
  std::string name;
  uint64_t count;
  const LatencyFigures* latency;
};

std::vector<Row> RowsOf(const Figures& figures) {
  std::vector<Row> rows;
  for (const MethodFigures& method : figures.methods) {
    if (method.calls > 0) {
      rows.push_back({.name = NameOf(method), .count = method.calls, .latency = &method.latency});
    }
  }
  if (!figures.redis.has_value()) return rows;
  const auto add_trips = [&rows](std::string name, const LatencyFigures& trips) {
    if (trips.total() == 0) return;
    rows.push_back({.name = std::move(name), .count = trips.total(), .latency = &trips});
  };
  add_trips("round trips to Redis", figures.redis->all.round_trips);
  if (figures.redis->by_node.size() > 1) {
    for (const auto& [name, node] : figures.redis->by_node) {
      add_trips(absl::StrCat("round trips to ", name), node.round_trips);
    }
  }
  return rows;
}

}  // namespace

std::string LatencyReport(const std::string& title, const Figures& figures) {
  Table table({title, "calls", "mean", "p50", "p90", "p99", "p99.9"});
  for (const Row& row : RowsOf(figures)) {
    std::vector<std::string> cells = {OneLine(row.name), absl::StrCat(row.count),
                                      FormatSeconds(row.latency->Mean())};
    for (const double share : {0.5, 0.9, 0.99, 0.999}) {
      cells.push_back(FormatSeconds(row.latency->Percentile(share)));
    }
    table.Add(std::move(cells));
  }
  return table.empty() ? absl::StrCat(title, ": no calls\n") : table.ToString();
}

std::vector<JsonObject> LatencyJson(const Figures& figures) {
  std::vector<JsonObject> objects;
  for (const Row& row : RowsOf(figures)) {
    objects.push_back(JsonObject()
                          .Text("name", row.name)
                          .Count("calls", row.count)
                          .Number("mean", row.latency->Mean())
                          .Number("p50", row.latency->Percentile(0.5))
                          .Number("p90", row.latency->Percentile(0.9))
                          .Number("p99", row.latency->Percentile(0.99))
                          .Number("p99.9", row.latency->Percentile(0.999)));
  }
  return objects;
}

}  // namespace cachestore
