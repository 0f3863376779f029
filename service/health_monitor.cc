// SPDX-License-Identifier: Apache-2.0
#include "service/health_monitor.h"

#include "absl/time/clock.h"
#include "stores/steady_deadline.h"

namespace cachestore {

HealthMonitor::HealthMonitor(Namespaces& stores, Readiness& readiness, absl::Duration interval)
    : stores_(stores), readiness_(readiness), interval_(interval) {
  Ping();
  {
    const MutexLock lock(mutex_);
    const auto limit = SteadyDeadline(interval);
    while (pinging_ && answered_.WaitUntil(mutex_, limit)) {
    }
  }
  timer_.emplace(interval, [this] { Ping(); });
}

HealthMonitor::~HealthMonitor() {
  timer_.reset();
  const MutexLock lock(mutex_);
  while (pinging_) answered_.Wait(mutex_);
}

void HealthMonitor::Ping() {
  {
    const MutexLock lock(mutex_);
    if (pinging_)
      return;  // The one in flight will tell, when its deadline has passed at the latest.
    pinging_ = true;
  }
  stores_.Ping({.deadline = absl::Now() + interval_},
               [this](const absl::Status& status) { OnAnswer(status); });
}

void HealthMonitor::OnAnswer(const absl::Status& status) {
  readiness_.Set(status);
  const MutexLock lock(mutex_);
  pinging_ = false;
  answered_.NotifyAll();
}

}  // namespace cachestore
