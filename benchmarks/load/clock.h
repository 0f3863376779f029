// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_CLOCK_H_
#define BENCHMARKS_LOAD_CLOCK_H_

#include <sys/resource.h>

#include <chrono>
#include <cstdint>

#include "absl/time/time.h"

namespace cachestore {

// The monotonic clock, which calls are due by.
inline int64_t NowNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// What this process has used of the processors.
inline absl::Duration CpuTime() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_CLOCK_H_
