// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_FAMILY_H_
#define SERVICE_METRICS_FAMILY_H_

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "protos/admin.pb.h"

namespace cachestore {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

// A family that is filled by one call for each combination of labels.
class Family {
 public:
  Family(absl::string_view name, absl::string_view help, prometheus::MetricType type) {
    family_.name = std::string(name);
    family_.help = std::string(help);
    family_.type = type;
  }

  static Family Counters(absl::string_view name, absl::string_view help) {
    return {name, help, prometheus::MetricType::Counter};
  }
  static Family Gauges(absl::string_view name, absl::string_view help) {
    return {name, help, prometheus::MetricType::Gauge};
  }
  static Family Histograms(absl::string_view name, absl::string_view help) {
    return {name, help, prometheus::MetricType::Histogram};
  }

  // Of a family of counters, or of gauges.
  void Add(MetricLabels labels, double value) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    if (family_.type == prometheus::MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
  }

  void Add(MetricLabels labels, prometheus::ClientMetric::Histogram histogram) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.histogram = std::move(histogram);
    family_.metric.push_back(std::move(metric));
  }

  bool empty() const { return family_.metric.empty(); }
  prometheus::MetricFamily Take() && { return std::move(family_); }

 private:
  prometheus::MetricFamily family_;
};

// Those of `families` that have a metric.
std::vector<prometheus::MetricFamily> TakeAll(std::vector<Family> families);

// What was counted in the classes of latency up to `bounds`, and beyond.
prometheus::ClientMetric::Histogram HistogramOf(
    const v1::Latency& latency, const google::protobuf::RepeatedField<double>& bounds);

}  // namespace cachestore

#endif  // SERVICE_METRICS_FAMILY_H_
