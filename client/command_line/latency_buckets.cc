// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/latency_buckets.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cachestore {
namespace {

constexpr int kMantissaBits = 7;

// How many low bits of `nanos` its bucket does not tell apart.
int ShiftOf(uint64_t nanos) {
  return std::max(static_cast<int>(std::bit_width(nanos)) - kMantissaBits - 1, 0);
}

size_t BucketOf(uint64_t nanos) {
  const int shift = ShiftOf(nanos);
  return (static_cast<size_t>(shift) << kMantissaBits) + static_cast<size_t>(nanos >> shift);
}

// The most that is in a bucket.
uint64_t MostOf(size_t bucket) {
  const size_t power = bucket >> kMantissaBits;
  const size_t shift = power > 0 ? power - 1 : 0;
  const uint64_t mantissa = bucket - (shift << kMantissaBits);
  return ((mantissa + 1) << shift) - 1;
}

}  // namespace

void LatencyBuckets::Add(absl::Duration latency) {
  const auto nanos = static_cast<uint64_t>(std::max(absl::ToInt64Nanoseconds(latency), int64_t{0}));
  ++counts_[BucketOf(nanos)];
  ++total_;
  max_nanos_ = std::max(max_nanos_, nanos);
  sum_nanos_ += static_cast<double>(nanos);
}

void LatencyBuckets::Add(const LatencyBuckets& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  max_nanos_ = std::max(max_nanos_, other.max_nanos_);
  sum_nanos_ += other.sum_nanos_;
}

absl::Duration LatencyBuckets::Percentile(double share) const {
  const auto rank =
      std::max(static_cast<uint64_t>(std::ceil(share * static_cast<double>(total_))), uint64_t{1});
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets && total_ > 0; ++i) {
    seen += counts_[i];
    if (seen >= rank) return absl::Nanoseconds(std::min(MostOf(i), max_nanos_));
  }
  return Max();
}

absl::Duration LatencyBuckets::Mean() const {
  return total_ > 0 ? absl::Nanoseconds(sum_nanos_ / static_cast<double>(total_))
                    : absl::ZeroDuration();
}

}  // namespace cachestore
