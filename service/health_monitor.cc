// SPDX-License-Identifier: Apache-2.0
#include "service/health_monitor.h"

#include "stores/steady_deadline.h"

namespace cachestore {

HealthMonitor::HealthMonitor(CacheStore& store, Readiness& readiness, absl::Duration interval)
    : store_(store), readiness_(readiness), interval_(interval) {
  Ping();
  {
    const MutexLock lock(mutex_);
    const auto limit = SteadyDeadline(interval);
    while (pinging_ && changed_.WaitUntil(mutex_, limit)) {
    }
  }
  timer_ = std::thread([this] { Run(); });
}

HealthMonitor::~HealthMonitor() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  timer_.join();
  const MutexLock lock(mutex_);
  while (pinging_) changed_.Wait(mutex_);
}

void HealthMonitor::Run() {
  while (true) {
    {
      const MutexLock lock(mutex_);
      const auto next = SteadyDeadline(interval_);
      while (!stopping_ && changed_.WaitUntil(mutex_, next)) {
      }
      if (stopping_) return;
    }
    Ping();
  }
}

void HealthMonitor::Ping() {
  {
    const MutexLock lock(mutex_);
    if (pinging_)
      return;  // The one in flight will tell, when its deadline has passed at the latest.
    pinging_ = true;
  }
  store_.Ping({.deadline = absl::Now() + interval_},
              [this](absl::Status status) { OnAnswer(status); });
}

void HealthMonitor::OnAnswer(const absl::Status& status) {
  readiness_.Set(status.ok());
  const MutexLock lock(mutex_);
  pinging_ = false;
  changed_.NotifyAll();
}

}  // namespace cachestore
