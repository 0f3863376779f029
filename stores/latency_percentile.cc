// SPDX-License-Identifier: Apache-2.0
#include "stores/latency_percentile.h"

#include <cstddef>
#include <numeric>

#include "stores/latency_histogram.h"

namespace cachestore {

double LatencyPercentile(absl::Span<const uint64_t> counts, double share) {
  constexpr double kNanosPerSecond = 1e9;
  const uint64_t total = std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  const double rank = share * static_cast<double>(total);
  double before = 0;
  double begin = 0;
  for (size_t i = 0; total > 0 && i < kLatencyNanos.size() && i < counts.size(); ++i) {
    const double end = static_cast<double>(kLatencyNanos[i]) / kNanosPerSecond;
    const auto count = static_cast<double>(counts[i]);
    if (count > 0 && before + count >= rank) {
      return begin + (end - begin) * (rank - before) / count;
    }
    before += count;
    begin = end;
  }
  return total > 0 ? begin : 0;
}

}  // namespace cachestore
