// SPDX-License-Identifier: Apache-2.0
#include "service/door/call_metrics.h"

#include <algorithm>

namespace cachestore {
namespace {

// For each code of each method: a counter for each class of latency, and one of nanoseconds.
constexpr size_t kNanos = kLatencyClasses;
constexpr size_t kCountersOfCode = kNanos + 1;
constexpr size_t kCountersOfMethod = CallMetrics::kCodes * kCountersOfCode;

}  // namespace

CallMetrics::CallMetrics(size_t methods)
    : methods_(methods), counters_(methods * kCountersOfMethod) {}

void CallMetrics::Record(size_t method, absl::StatusCode code, int64_t nanos) {
  const size_t first = method * kCountersOfMethod +
                       std::min(static_cast<size_t>(code), kCodes - 1) * kCountersOfCode;
  StripedCounters::Cells cells = counters_.OfThisThread();
  cells.Add(first + LatencyClassOf(nanos), 1);
  cells.Add(first + kNanos, static_cast<uint64_t>(nanos));
}

std::vector<CallMetrics::OfMethod> CallMetrics::Sum() const {
  const std::vector<uint64_t> sums = counters_.Sum();
  std::vector<OfMethod> methods(methods_);
  const uint64_t* next = sums.data();
  for (OfMethod& method : methods) {
    for (LatencyHistogram& of_code : method) {
      std::copy_n(next, kLatencyClasses, of_code.by_class.begin());
      of_code.nanos = next[kNanos];
      next += kCountersOfCode;
    }
  }
  return methods;
}

}  // namespace cachestore
