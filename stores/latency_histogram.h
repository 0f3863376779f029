// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_LATENCY_HISTOGRAM_H_
#define STORES_LATENCY_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>

namespace cachestore {

// The longest that what is of each class of latency takes. What takes longer is one class more.
inline constexpr std::array<int64_t, 20> kLatencyNanos = {
    1'000,      2'500,       5'000,       10'000,      25'000,        50'000,       100'000,
    250'000,    500'000,     1'000'000,   2'500'000,   5'000'000,     10'000'000,   25'000'000,
    50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000};
inline constexpr size_t kLatencyClasses = kLatencyNanos.size() + 1;

// The class of what took `nanos`.
inline size_t LatencyClassOf(int64_t nanos) {
  const auto* const longest = std::ranges::lower_bound(kLatencyNanos, nanos);
  return static_cast<size_t>(longest - kLatencyNanos.begin());
}

// How long things took that were counted.
struct LatencyHistogram {
  std::array<uint64_t, kLatencyClasses> by_class = {};
  uint64_t nanos = 0;  // Of all together.

  uint64_t Count() const { return std::accumulate(by_class.begin(), by_class.end(), uint64_t{0}); }

  LatencyHistogram& operator+=(const LatencyHistogram& other) {
    std::ranges::transform(by_class, other.by_class, by_class.begin(), std::plus());
    nanos += other.nanos;
    return *this;
  }
};

}  // namespace cachestore

#endif  // STORES_LATENCY_HISTOGRAM_H_
