// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_LATENCY_BUCKETS_H_
#define CLIENT_COMMAND_LINE_LATENCY_BUCKETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace cachestore {

// Durations, counted in buckets whose width grows with what is in them, so that each percentile is
// right to within 1 %, from a nanosecond up: the layout of HdrHistogram (hdrhistogram.org), with
// 128 buckets to each power of two. 57 KiB. Not thread-safe.
class LatencyBuckets {
 public:
  LatencyBuckets() : counts_(kBuckets) {}

  // Less than nothing counts as nothing. O(1).
  void Add(absl::Duration latency);
  void Add(const LatencyBuckets& other);

  uint64_t total() const { return total_; }

  // Zero if there are none. No more than Max().
  absl::Duration Percentile(double share) const;
  absl::Duration Mean() const;
  absl::Duration Max() const { return absl::Nanoseconds(max_nanos_); }

 private:
  // Below 128 ns each has its own; then 128 for each of the 56 powers of two that 63 bits have
  // left.
  static constexpr size_t kBuckets = 128 * 57;

  std::vector<uint64_t> counts_;
  uint64_t total_ = 0;
  uint64_t max_nanos_ = 0;
  double sum_nanos_ = 0;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_LATENCY_BUCKETS_H_
