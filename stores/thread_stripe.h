// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_THREAD_STRIPE_H_
#define STORES_THREAD_STRIPE_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <thread>

namespace cachestore {

// Threads spread over a power of two of stripes, so that each mostly writes cache lines of its own.
// 64: the line of every processor this runs on.
inline constexpr size_t kCacheLineBytes = 64;

// One stripe a core, and no more than a writer can afford to visit.
inline size_t StripeCount() {
  static const size_t count =
      std::bit_ceil(std::clamp<size_t>(std::thread::hardware_concurrency(), size_t{2}, size_t{16}));
  return count;
}

// This thread's number, from 1; its stripe is the number modulo StripeCount().
inline size_t ThreadNumber() {
  static constinit std::atomic<size_t> last{0};
  static constinit thread_local size_t number = 0;
  if (number == 0) [[unlikely]]
    number = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return number;
}

}  // namespace cachestore

#endif  // STORES_THREAD_STRIPE_H_
