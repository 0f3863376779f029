// SPDX-License-Identifier: Apache-2.0
#include "service/health_monitor.h"

namespace cachestore {

HealthMonitor::HealthMonitor(CacheStore& store, Readiness& readiness, absl::Duration interval)
    : store_(store), readiness_(readiness), interval_(interval) {
  Ping();
  {
    const MutexLock lock(mutex_);
    const absl::Time limit = absl::Now() + interval;
    while (pinging_ && absl::Now() < limit) {
      changed_.WaitFor(mutex_, absl::ToChronoNanoseconds(limit - absl::Now()));
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
      const absl::Time next = absl::Now() + interval_;
      while (!stopping_ && absl::Now() < next) {
        changed_.WaitFor(mutex_, absl::ToChronoNanoseconds(next - absl::Now()));
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
