// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/history.h"

#include <algorithm>
#include <cstddef>
#include <functional>

#include "stores/latency_percentile.h"

namespace cachestore {
namespace {

LatencyHistogram Difference(const LatencyHistogram& from, const LatencyHistogram& to) {
  LatencyHistogram difference = {.nanos = to.nanos - from.nanos};
  std::ranges::transform(to.by_class, from.by_class, difference.by_class.begin(), std::minus());
  return difference;
}

v1::Window Between(const Totals& from, const Totals& to) {
  const LatencyHistogram latency = Difference(from.latency, to.latency);
  const int64_t nanos = to.nanos - from.nanos;
  v1::Window window;
  window.mutable_length()->set_seconds(nanos / 1'000'000'000);
  window.mutable_length()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  window.set_calls(to.calls - from.calls);
  window.set_errors(to.errors - from.errors);
  window.set_hits(to.hits - from.hits);
  window.set_misses(to.misses - from.misses);
  window.set_evicted(to.evicted - from.evicted);
  window.set_p50(LatencyPercentile(latency.by_class, 0.5));
  window.set_p99(LatencyPercentile(latency.by_class, 0.99));
  window.set_entries(to.entries);
  window.set_bytes(to.bytes);
  return window;
}

}  // namespace

void History::Add(const Totals& totals) {
  moments_.push_back(totals);
  if (moments_.size() > kSteps + 1) moments_.pop_front();
}

v1::Window History::Last(absl::Duration length, const Totals& now) const {
  if (moments_.empty()) return {};
  const int64_t begin = now.nanos - absl::ToInt64Nanoseconds(length);
  auto after = std::ranges::upper_bound(moments_, begin, {}, &Totals::nanos);
  if (after != moments_.begin()) --after;
  return Between(*after, now);
}

std::vector<v1::Window> History::Steps() const {
  std::vector<v1::Window> steps;
  for (size_t i = 1; i < moments_.size(); ++i) {
    steps.push_back(Between(moments_[i - 1], moments_[i]));
  }
  return steps;
}

}  // namespace cachestore
