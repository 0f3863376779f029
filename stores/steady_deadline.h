// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_STEADY_DEADLINE_H_
#define STORES_STEADY_DEADLINE_H_

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"

namespace cachestore {

// The moment `timeout` from now, by the clock that nobody sets: for CondVar::WaitUntil.
inline std::chrono::steady_clock::time_point SteadyDeadline(absl::Duration timeout) {
  // Nobody waits longer, and infinity would overflow.
  constexpr absl::Duration kMost = absl::Hours(24 * 365 * 100);
  return std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(std::min(timeout, kMost));
}

}  // namespace cachestore

#endif  // STORES_STEADY_DEADLINE_H_
