// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/metrics_pages.h"

#include <prometheus/text_serializer.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "protos/message_json.h"
#include "service/metrics/families.h"

namespace cachestore {
namespace {

using Page = HttpListener::Page;

Page Metrics(const StatsSource& stats) {
  const MetricFamilies families = FamiliesOf(stats.Read(/*want_history=*/false));
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = prometheus::TextSerializer().Serialize(families)};
}

Page Health(const StatsSource& stats) {
  const bool is_ready = stats.is_ready();
  return {.status = is_ready ? 200 : 503,
          .content_type = "text/plain; charset=utf-8",
          .body = is_ready ? "ready\n" : "not ready\n"};
}

v1::StatsResponse StatsFor(const StatsSource& source, bool for_operators) {
  v1::StatsResponse stats = source.Read(/*want_history=*/true);
  if (for_operators) return stats;
  stats.set_not_ready_reason(source.not_ready_kind());
  stats.set_ready(stats.not_ready_reason().empty());  // It may have changed in between.
  return stats;
}

Page StatsInJson(const v1::StatsResponse& stats) {
  const absl::StatusOr<std::string> json = JsonOf(stats);
  if (!json.ok()) {
    return {.status = 500, .content_type = "text/plain", .body = json.status().ToString()};
  }
  return {.content_type = "application/json", .body = absl::StrCat(*json, "\n")};
}

}  // namespace

HttpListener::Pages MetricsPages(const StatsSource& stats, std::optional<SettingTexts> settings) {
  const bool for_operators = settings.has_value();
  return {{"/",
           [&stats, for_operators, texts = std::move(settings).value_or(SettingTexts())] {
             return Page{.content_type = "text/html; charset=utf-8",
                         .body = StatusPage(StatsFor(stats, for_operators), texts)};
           }},
          {"/metrics", [&stats] { return Metrics(stats); }},
          {"/healthz", [&stats] { return Health(stats); }},
          {"/stats.json",
           [&stats, for_operators] { return StatsInJson(StatsFor(stats, for_operators)); }}};
}

}  // namespace cachestore
