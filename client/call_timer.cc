// SPDX-License-Identifier: Apache-2.0
#include "client/call_timer.h"

#include <grpc/support/time.h>

namespace cachestore {

void CallTimer::RingBy(Time time, const std::shared_ptr<void>& owner) {
  if (time >= time_) return;
  const bool was_set = std::exchange(time_, time) != kNever;
  if (was_set) return alarm_.Cancel();  // Rings now, and is set anew.
  owner_ = owner;
  const std::chrono::nanoseconds since_boot = time.time_since_epoch();
  alarm_.Set(&CallQueue(), gpr_time_from_nanos(since_boot.count(), GPR_CLOCK_MONOTONIC),
             static_cast<QueuedCall*>(this));
}

}  // namespace cachestore
