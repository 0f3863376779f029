// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HEALTH_MONITOR_H_
#define SERVICE_HEALTH_MONITOR_H_

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "service/readiness.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"

namespace cachestore {

// Drives readiness: pings the store at every interval, and lets the server be ready while the store
// answers within one. Owns the one timer thread of the server, which never waits for the store.
class HealthMonitor {
 public:
  // Pings once and waits for the answer, so that readiness is right before anybody asks; at most
  // for `interval`. `store` and `readiness` must outlive this.
  HealthMonitor(CacheStore& store, Readiness& readiness, absl::Duration interval);

  // Stops pinging, and waits for the ping in flight.
  ~HealthMonitor();

 private:
  void Run();
  void Ping() ABSL_LOCKS_EXCLUDED(mutex_);
  void OnAnswer(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  CacheStore& store_;
  Readiness& readiness_;
  const absl::Duration interval_;

  Mutex mutex_;
  CondVar changed_;
  bool pinging_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread timer_;
};

}  // namespace cachestore

#endif  // SERVICE_HEALTH_MONITOR_H_
