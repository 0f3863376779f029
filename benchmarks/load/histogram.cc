// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cachestore {
namespace {

// A bucket is at most 1/128 of its values wide.
constexpr unsigned kLinearBits = 7;
constexpr uint64_t kLinear = uint64_t{1} << kLinearBits;
constexpr unsigned kLongestBits = 40;  // In nanoseconds: 18 minutes.
constexpr uint64_t kLongest = (uint64_t{1} << kLongestBits) - 1;

// Up to kLinear each value has its own bucket. From there on a value is its power of two, and the
// kLinearBits bits that follow the highest one.
size_t BucketOf(uint64_t value) {
  if (value < kLinear) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kLinearBits - 1;
  return shift * kLinear + (value >> shift);
}

// The largest value of a bucket.
uint64_t EndOf(size_t bucket) {
  if (bucket < 2 * kLinear) return bucket;
  const unsigned shift = static_cast<unsigned>(bucket / kLinear) - 1;
  return ((bucket - shift * kLinear + 1) << shift) - 1;
}

}  // namespace

CallHistogram::CallHistogram() : counts_(BucketOf(kLongest) + 1) {}

void CallHistogram::Add(absl::Duration latency) {
  const uint64_t value = std::clamp<int64_t>(absl::ToInt64Nanoseconds(latency), 0, kLongest);
  ++counts_[BucketOf(value)];
  ++count_;
  sum_ += value;
  max_ = std::max(max_, value);
}

void CallHistogram::Merge(const CallHistogram& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

absl::Duration CallHistogram::Mean() const {
  if (count_ == 0) return absl::ZeroDuration();
  return absl::Nanoseconds(sum_ / count_);
}

absl::Duration CallHistogram::Quantile(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen > 0 && seen >= wanted) return absl::Nanoseconds(std::min(EndOf(i), max_));
  }
  return absl::ZeroDuration();
}

}  // namespace cachestore
