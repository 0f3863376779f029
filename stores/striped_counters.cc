// SPDX-License-Identifier: Apache-2.0
#include "stores/striped_counters.h"

#include <memory>

namespace cachestore {

StripedCounters::StripedCounters(size_t counters)
    : counters_(counters),
      lines_((counters + Line::kCells - 1) / Line::kCells),
      stripes_(StripeCount()) {}

StripedCounters::~StripedCounters() {
  for (std::atomic<Line*>& stripe : stripes_) delete[] stripe.load(std::memory_order_relaxed);
}

StripedCounters::Line* StripedCounters::MakeLines(size_t stripe) {
  auto made = std::make_unique<Line[]>(lines_);
  Line* lines = nullptr;
  // Of a shared stripe, another thread may be faster.
  if (stripes_[stripe].compare_exchange_strong(lines, made.get(), std::memory_order_acq_rel)) {
    return made.release();
  }
  return lines;
}

std::vector<uint64_t> StripedCounters::Sum() const {
  std::vector<uint64_t> sums(counters_);
  for (const std::atomic<Line*>& stripe : stripes_) {
    const Line* const lines = stripe.load(std::memory_order_acquire);
    if (lines == nullptr) continue;
    for (size_t i = 0; i < counters_; ++i) {
      sums[i] += lines[i / Line::kCells].cells[i % Line::kCells].load(std::memory_order_relaxed);
    }
  }
  return sums;
}

}  // namespace cachestore
