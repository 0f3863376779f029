// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/metrics/families.h"
#include "service/metrics/family.h"

namespace cachestore {
namespace {

// "/package.Service/Method" as labels.
MetricLabels LabelsOf(const Method& method) {
  const std::pair<std::string, std::string> names =
      absl::StrSplit(absl::StripPrefix(method.path, "/"), absl::MaxSplits('/', 1));
  return {{"service", names.first}, {"method", names.second}};
}

prometheus::ClientMetric::Histogram HistogramOf(const CallMetrics::OfMethod& calls) {
  constexpr double kNanosPerSecond = 1e9;
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_sum = static_cast<double>(calls.nanos) / kNanosPerSecond;
  uint64_t count = 0;
  for (size_t i = 0; i < CallMetrics::kClasses; ++i) {
    count += calls.by_latency[i];
    const bool is_last = i == CallMetrics::kLatencyNanos.size();
    histogram.bucket.push_back(
        {.cumulative_count = count,
         .upper_bound =
             is_last ? std::numeric_limits<double>::infinity()
                     : static_cast<double>(CallMetrics::kLatencyNanos[i]) / kNanosPerSecond});
  }
  histogram.sample_count = count;
  return histogram;
}

}  // namespace

MetricFamilies CallFamilies(const MethodTable& methods, const CallMetrics& metrics) {
  Family ended = Family::Counters("cachestore_rpc_ended_total", "RPCs that have ended, by status.");
  Family took = Family::Histograms("cachestore_rpc_duration_seconds",
                                   "How long RPCs took, from their arrival to their reply.");
  const std::vector<CallMetrics::OfMethod> sums = metrics.Sum();
  for (size_t i = 0; i < methods.size(); ++i) {
    const MetricLabels labels = LabelsOf(methods[i]);
    for (size_t code = 0; code < CallMetrics::kCodes; ++code) {
      // OK is there from the start, so that a rate is, too.
      if (code != 0 && sums[i].by_code[code] == 0) continue;
      MetricLabels with_code = labels;
      with_code.push_back({"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))});
      ended.Add(std::move(with_code), static_cast<double>(sums[i].by_code[code]));
    }
    took.Add(labels, HistogramOf(sums[i]));
  }
  MetricFamilies families;
  families.push_back(std::move(ended).Take());
  families.push_back(std::move(took).Take());
  return families;
}

}  // namespace cachestore
