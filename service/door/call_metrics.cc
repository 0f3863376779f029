// SPDX-License-Identifier: Apache-2.0
#include "service/door/call_metrics.h"

#include <algorithm>

namespace cachestore {
namespace {

// The counters of a method, in this order.
constexpr size_t kFirstCode = 0;
constexpr size_t kFirstClass = kFirstCode + CallMetrics::kCodes;
constexpr size_t kNanos = kFirstClass + kLatencyClasses;
constexpr size_t kCountersOfMethod = kNanos + 1;

}  // namespace

CallMetrics::CallMetrics(size_t methods)
    : methods_(methods), counters_(methods * kCountersOfMethod) {}

void CallMetrics::Record(size_t method, absl::StatusCode code, int64_t nanos) {
  const size_t first = method * kCountersOfMethod;
  StripedCounters::Cells cells = counters_.OfThisThread();
  cells.Add(first + kFirstCode + std::min(static_cast<size_t>(code), kCodes - 1), 1);
  cells.Add(first + kFirstClass + LatencyClassOf(nanos), 1);
  cells.Add(first + kNanos, static_cast<uint64_t>(nanos));
}

std::vector<CallMetrics::OfMethod> CallMetrics::Sum() const {
  const std::vector<uint64_t> sums = counters_.Sum();
  std::vector<OfMethod> methods(methods_);
  const uint64_t* next = sums.data();
  for (OfMethod& method : methods) {
    std::copy_n(next + kFirstCode, kCodes, method.by_code.begin());
    std::copy_n(next + kFirstClass, kLatencyClasses, method.latency.by_class.begin());
    method.latency.nanos = next[kNanos];
    next += kCountersOfMethod;
  }
  return methods;
}

}  // namespace cachestore
