// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_MOMENT_H_
#define SERVICE_TRANSPORTS_HTTP2_MOMENT_H_

#include <chrono>

namespace cachestore::http2 {

// A time by the clock that nobody sets.
using Moment = std::chrono::steady_clock::time_point;

inline constexpr Moment kNever = Moment::max();

// `moment` and `after` it; kNever if that is beyond it.
constexpr Moment After(Moment moment, std::chrono::nanoseconds after) {
  return after > kNever - moment ? kNever : moment + after;
}

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_MOMENT_H_
