// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_HISTOGRAM_H_
#define BENCHMARKS_LOAD_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace cachestore {

// How long calls took: any number of them in 36 KiB, each known to within 1 % from a nanosecond to
// 18 minutes. The buckets are log-linear, as those of HdrHistogram (https://hdrhistogram.org): each
// power of two is cut into 128 of equal width.
//
// Not thread-safe: one a thread, to be merged in the end.
class CallHistogram {
 public:
  CallHistogram();

  // O(1). What is negative counts as zero, and what is too long as the longest.
  void Add(absl::Duration latency);
  void Merge(const CallHistogram& other);

  uint64_t count() const { return count_; }
  absl::Duration Max() const { return absl::Nanoseconds(max_); }  // Exact.
  absl::Duration Mean() const;                                    // Exact.

  // The least latency within which `share` of the calls (0 to 1) ended: at most 1 % more than it
  // was, and never more than Max(). Zero if there was no call.
  absl::Duration Quantile(double share) const;

 private:
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t sum_ = 0;
  uint64_t max_ = 0;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_HISTOGRAM_H_
