// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_CALL_METRICS_H_
#define SERVICE_DOOR_CALL_METRICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "stores/latency_histogram.h"
#include "stores/striped_counters.h"

namespace cachestore {

// How many calls of each method have ended, how, and how long they took. Thread-safe.
class CallMetrics {
 public:
  // The canonical status codes, from 0.
  static constexpr size_t kCodes = 17;

  // By code.
  using OfMethod = std::array<LatencyHistogram, kCodes>;

  // For methods that are numbered from 0.
  explicit CallMetrics(size_t methods);

  void Record(size_t method, absl::StatusCode code, int64_t nanos);

  // What was counted up to now, by methods. A call that ends meanwhile may be counted in part.
  std::vector<OfMethod> Sum() const;

 private:
  const size_t methods_;
  StripedCounters counters_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_CALL_METRICS_H_
