// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_LATENCY_PERCENTILE_H_
#define STORES_LATENCY_PERCENTILE_H_

#include <cstdint>

#include "absl/types/span.h"

namespace cachestore {

// Seconds that a share of what was counted took at most, 0.99 of it say: interpolated within a
// class, as Prometheus's histogram_quantile does. `counts` are by the classes of
// stores/latency_histogram.h. Zero if there are none; of the class without an end, its beginning.
double LatencyPercentile(absl::Span<const uint64_t> counts, double share);

}  // namespace cachestore

#endif  // STORES_LATENCY_PERCENTILE_H_
