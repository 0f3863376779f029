// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_HISTORY_H_
#define SERVICE_METRICS_HISTORY_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "absl/time/time.h"
#include "protos/admin.pb.h"
#include "stores/latency_histogram.h"

namespace cachestore {

// What a service has done up to a moment, and what it holds then.
struct Totals {
  int64_t nanos = 0;  // The moment, on a monotonic clock.
  uint64_t calls = 0;
  uint64_t errors = 0;
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t evicted = 0;
  LatencyHistogram latency;
  uint64_t entries = 0;
  uint64_t bytes = 0;
};

// The totals at moments of the last hour. Not thread-safe.
class History {
 public:
  static constexpr int kSteps = 360;
  static constexpr absl::Duration kStep = absl::Seconds(10);

  // Those of now, one step later than the last.
  void Add(const Totals& totals);

  // What went on in the last `length` before `now`: in as little more as there are moments for, or
  // in less if that is all there was.
  v1::Window Last(absl::Duration length, const Totals& now) const;

  // What went on between each moment and the next, oldest first.
  std::vector<v1::Window> Steps() const;

 private:
  std::deque<Totals> moments_;  // Oldest first.
};

}  // namespace cachestore

#endif  // SERVICE_METRICS_HISTORY_H_
