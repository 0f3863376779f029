// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/status_tables.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "protos/service_errors.h"
#include "service/metrics/html.h"
#include "service/metrics/number_text.h"
#include "stores/latency_percentile.h"

namespace cachestore {
namespace {

using Row = std::vector<std::string>;

void AddRow(std::string& html, absl::string_view cell, const Row& row) {
  html.append("<tr>");
  for (const std::string& text : row) {
    absl::StrAppend(&html, "<", cell, ">", EscapeHtml(text), "</", cell, ">");
  }
  html.append("</tr>\n");
}

// `style` is the class of the table, by which it has its columns on a phone.
std::string Table(absl::string_view style, absl::string_view title, const Row& head,
                  const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::string html = absl::StrCat("<section><h2>", title,
                                  R"(</h2><div class="scroll"><table class=")", style, "\">\n");
  if (!head.empty()) AddRow(html, "th", head);
  for (const Row& row : rows) AddRow(html, "td", row);
  return absl::StrCat(html, "</table></div></section>\n");
}

std::string Count(uint64_t count) { return CountText(static_cast<double>(count)); }

// As cachectl has it.
std::string NameOf(const v1::MethodStats& method) {
  if (IsOfTheCache(method.service())) return method.method();
  return absl::StrCat(method.service(), "/", method.method());
}

}  // namespace

std::string NamespaceTable(const v1::StatsResponse& stats) {
  std::vector<Row> rows;
  for (const v1::NamespaceStats& space : stats.namespaces()) {
    if (space.name().empty()) continue;
    const auto hits = static_cast<double>(space.hits());
    Row row = {space.name(), ShareText(hits, hits + static_cast<double>(space.misses())),
               Count(space.hits()), Count(space.misses()), Count(space.stored())};
    if (space.has_memory()) {
      const v1::MemoryStats& memory = space.memory();
      row.push_back(Count(memory.entries()));
      row.push_back(absl::StrCat(BytesText(static_cast<double>(memory.bytes())), " of ",
                                 BytesText(static_cast<double>(memory.max_bytes()))));
      row.push_back(Count(memory.evicted_for_entries() + memory.evicted_for_bytes()));
    } else {
      row.insert(row.end(), 3, "–");
    }
    rows.push_back(std::move(row));
  }
  return Table(
      "namespaces", "Namespaces, since the start",
      {"namespace", "hit ratio", "hits", "misses", "stored", "entries", "memory", "evicted"}, rows);
}

std::string MethodTableHtml(const v1::StatsResponse& stats) {
  std::vector<Row> rows;
  for (const v1::MethodStats& method : stats.methods()) {
    uint64_t calls = 0;
    uint64_t ok = 0;
    for (const auto& [code, count] : method.ended()) {
      calls += count;
      if (code == "OK") ok = count;
    }
    if (calls == 0) continue;
    const auto& counts = method.latency().counts();
    const std::vector<uint64_t> classes(counts.begin(), counts.end());
    rows.push_back({NameOf(method), Count(calls), Count(calls - ok),
                    LatencyText(LatencyPercentile(classes, 0.5)),
                    LatencyText(LatencyPercentile(classes, 0.99)),
                    LatencyText(method.latency().sum_seconds() / static_cast<double>(calls))});
  }
  return Table("methods", "Methods, since the start",
               {"method", "calls", "not OK", "p50", "p99", "mean"}, rows);
}

std::string SettingTable(const SettingTexts& settings) {
  std::vector<Row> rows;
  for (const auto& [name, text] : settings) rows.push_back({name, text});
  return Table("settings", "Settings", {}, rows);
}

}  // namespace cachestore
