// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_FAMILIES_H_
#define SERVICE_METRICS_FAMILIES_H_

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/door/call_metrics.h"
#include "service/door/method.h"
#include "stores/store_stats.h"

namespace cachestore {

// Prometheus's form of what the service counts. Names and units follow its conventions
// (https://prometheus.io/docs/practices/naming); labels are few and known before: methods, codes
// and namespaces, never keys.
using MetricFamilies = std::vector<prometheus::MetricFamily>;

// Of RPCs: how many ended how, and how long they took. `metrics` is of `methods`.
MetricFamilies CallFamilies(const MethodTable& methods, const CallMetrics& metrics);

// The stores by their namespaces; "" where there is one store for everybody.
using NamedStats = std::vector<std::pair<std::string, StoreStats>>;

// Of entries: how many there are, how many there may be, and what was dropped.
MetricFamilies StoreFamilies(const NamedStats& stores);

// Of the process and its build, as all exporters tell it.
MetricFamilies ProcessFamilies();

// A gauge without labels.
prometheus::MetricFamily Gauge(absl::string_view name, absl::string_view help, double value);

}  // namespace cachestore

#endif  // SERVICE_METRICS_FAMILIES_H_
