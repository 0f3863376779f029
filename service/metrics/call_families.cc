// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <utility>

#include "protos/service_errors.h"
#include "service/metrics/families.h"
#include "service/metrics/family.h"

namespace cachestore {
namespace {

MetricLabels WithCode(MetricLabels labels, absl::string_view code) {
  labels.push_back({"code", std::string(code)});
  return labels;
}

}  // namespace

MetricFamilies CallFamilies(const v1::StatsResponse& stats) {
  Family in_flight =
      Family::Gauges("cachestore_rpc_in_flight", "RPCs that have begun and not ended.");
  in_flight.Add({}, static_cast<double>(stats.calls_in_flight()));
  Family ended = Family::Counters("cachestore_rpc_ended_total", "RPCs that have ended, by status.");
  Family took = Family::Histograms("cachestore_rpc_duration_seconds",
                                   "How long RPCs took, from when the service began with them.");
  for (const v1::MethodStats& method : stats.methods()) {
    const MetricLabels labels = {{"service", method.service()}, {"method", method.method()}};
    const auto add_ended = [&](absl::string_view code, uint64_t count) {
      ended.Add(WithCode(labels, code), static_cast<double>(count));
    };
    for (const auto& [code, count] : method.ended()) add_ended(code, count);
    if (IsOfTheCache(method.service())) {
      // From the start, so that the first one is an increase.
      for (const absl::string_view code : kServiceErrors) {
        if (!method.ended().contains(std::string(code))) add_ended(code, 0);
      }
    }
    for (const auto& [code, latency] : method.latency_by_status()) {
      took.Add(WithCode(labels, code), HistogramOf(latency, stats.latency_bounds()));
    }
  }
  if (stats.methods().empty()) return TakeAll({std::move(in_flight)});
  return TakeAll({std::move(in_flight), std::move(ended), std::move(took)});
}

}  // namespace cachestore
