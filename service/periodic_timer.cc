// SPDX-License-Identifier: Apache-2.0
#include "service/periodic_timer.h"

#include <utility>

#include "stores/steady_deadline.h"

namespace cachestore {

PeriodicTimer::PeriodicTimer(absl::Duration interval, std::function<void()> task)
    : interval_(interval), task_(std::move(task)), thread_([this] { Run(); }) {}

PeriodicTimer::~PeriodicTimer() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void PeriodicTimer::Run() {
  while (true) {
    {
      const MutexLock lock(mutex_);
      const auto next = SteadyDeadline(interval_);
      while (!stopping_ && changed_.WaitUntil(mutex_, next)) {
      }
      if (stopping_) return;
    }
    task_();
  }
}

}  // namespace cachestore
