// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/family.h"

#include <cstdint>
#include <limits>

namespace cachestore {

std::vector<prometheus::MetricFamily> TakeAll(std::vector<Family> families) {
  std::vector<prometheus::MetricFamily> taken;
  for (Family& family : families) {
    if (!family.empty()) taken.push_back(std::move(family).Take());
  }
  return taken;
}

prometheus::ClientMetric::Histogram HistogramOf(
    const v1::Latency& latency, const google::protobuf::RepeatedField<double>& bounds) {
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_sum = latency.sum_seconds();
  uint64_t count = 0;
  for (int i = 0; i < latency.counts_size(); ++i) {
    count += latency.counts(i);
    const double bound =
        i < bounds.size() ? bounds.Get(i) : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({.cumulative_count = count, .upper_bound = bound});
  }
  histogram.sample_count = count;
  return histogram;
}

}  // namespace cachestore
