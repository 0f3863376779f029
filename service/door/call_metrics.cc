// SPDX-License-Identifier: Apache-2.0
#include "service/door/call_metrics.h"

#include <algorithm>

#include "stores/thread_stripe.h"

namespace cachestore {
namespace {

// What only its owner writes needs no atomic read-modify-write.
void Add(std::atomic<uint64_t>& cell, uint64_t count, bool is_shared) {
  if (is_shared) {
    cell.fetch_add(count, std::memory_order_relaxed);
  } else {
    cell.store(cell.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
}

}  // namespace

CallMetrics::CallMetrics(size_t methods) : methods_(methods), stripes_(StripeCount()) {}

CallMetrics::~CallMetrics() {
  for (std::atomic<Cell*>& stripe : stripes_) delete[] stripe.load(std::memory_order_relaxed);
}

CallMetrics::Cell* CallMetrics::CellsOf(size_t stripe) {
  std::atomic<Cell*>& place = stripes_[stripe];
  Cell* cells = place.load(std::memory_order_acquire);
  if (cells != nullptr) return cells;
  auto made = std::make_unique<Cell[]>(methods_);
  // Of a shared stripe, another thread may be faster.
  if (place.compare_exchange_strong(cells, made.get(), std::memory_order_acq_rel)) {
    return made.release();
  }
  return cells;
}

void CallMetrics::Record(size_t method, absl::StatusCode code, int64_t nanos) {
  const size_t stripe = ThreadStripe();
  const bool is_shared = IsShared(stripe);
  Cell& cell = CellsOf(stripe)[method];
  const auto kind = std::min(static_cast<size_t>(code), kCodes - 1);
  const auto* const longest = std::ranges::lower_bound(kLatencyNanos, nanos);
  Add(cell.by_code[kind], 1, is_shared);
  Add(cell.by_latency[static_cast<size_t>(longest - kLatencyNanos.begin())], 1, is_shared);
  Add(cell.nanos, static_cast<uint64_t>(nanos), is_shared);
}

std::vector<CallMetrics::OfMethod> CallMetrics::Sum() const {
  std::vector<OfMethod> sums(methods_);
  for (const std::atomic<Cell*>& stripe : stripes_) {
    const Cell* const cells = stripe.load(std::memory_order_acquire);
    if (cells == nullptr) continue;
    for (size_t method = 0; method < methods_; ++method) {
      OfMethod& sum = sums[method];
      const Cell& cell = cells[method];
      for (size_t i = 0; i < kCodes; ++i) sum.by_code[i] += cell.by_code[i];
      for (size_t i = 0; i < kClasses; ++i) sum.by_latency[i] += cell.by_latency[i];
      sum.nanos += cell.nanos;
    }
  }
  return sums;
}

}  // namespace cachestore
