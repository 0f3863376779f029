// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_FAMILIES_H_
#define SERVICE_METRICS_FAMILIES_H_

#include <prometheus/metric_family.h>

#include <vector>

#include "protos/admin.pb.h"

namespace cachestore {

// Prometheus's form of what the service counts. Names and units follow its conventions
// (https://prometheus.io/docs/practices/naming); labels are few and known before: methods, codes
// and namespaces, never keys.
using MetricFamilies = std::vector<prometheus::MetricFamily>;

// All of them.
MetricFamilies FamiliesOf(const v1::StatsResponse& stats);

// Of RPCs: how many ended how, and how long they took.
MetricFamilies CallFamilies(const v1::StatsResponse& stats);

// Of stores: what callers made of them, what they hold and have dropped, and their connections.
MetricFamilies StoreFamilies(const v1::StatsResponse& stats);

// Of the process, its build and its callers' connections.
MetricFamilies ProcessFamilies(const v1::StatsResponse& stats);

}  // namespace cachestore

#endif  // SERVICE_METRICS_FAMILIES_H_
