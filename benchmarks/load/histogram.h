// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_HISTOGRAM_H_
#define BENCHMARKS_LOAD_HISTOGRAM_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "client/command_line/latency_buckets.h"

namespace cachestore {

// How long calls took: any number of them, each known to within 1 % from a nanosecond to 18
// minutes, in the buckets that `cachectl bench` counts in, too.
//
// Not thread-safe: one a thread, to be merged in the end.
class CallHistogram {
 public:
  // O(1). What is negative counts as zero, and what is too long as the longest.
  void Add(absl::Duration latency) { buckets_.Add(std::min(latency, kLongest)); }
  void Merge(const CallHistogram& other) { buckets_.Add(other.buckets_); }

  uint64_t count() const { return buckets_.total(); }
  absl::Duration Max() const { return buckets_.Max(); }    // Exact.
  absl::Duration Mean() const { return buckets_.Mean(); }  // Exact.

  // The least latency within which `share` of the calls (0 to 1) ended: at most 1 % more than it
  // was, and never more than Max(). Zero if there was no call.
  absl::Duration Quantile(double share) const { return buckets_.Percentile(share); }

 private:
  static constexpr absl::Duration kLongest = absl::Nanoseconds((int64_t{1} << 40) - 1);

  LatencyBuckets buckets_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_HISTOGRAM_H_
