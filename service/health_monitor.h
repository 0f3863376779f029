// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HEALTH_MONITOR_H_
#define SERVICE_HEALTH_MONITOR_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "service/namespaces.h"
#include "service/periodic_timer.h"
#include "service/readiness.h"
#include "stores/mutex.h"

namespace cachestore {

// Drives readiness: pings the stores at every interval, and lets the server be ready while all of
// them answer within one. Owns the one timer thread of the server, which never waits for a store.
class HealthMonitor {
 public:
  // Pings once and waits for the answer, so that readiness is right before anybody asks; at most
  // for `interval`. `stores` and `readiness` must outlive this.
  HealthMonitor(Namespaces& stores, Readiness& readiness, absl::Duration interval);

  // Stops pinging, and waits for the ping in flight.
  ~HealthMonitor();

 private:
  void Ping() ABSL_LOCKS_EXCLUDED(mutex_);
  void OnAnswer(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  Namespaces& stores_;
  Readiness& readiness_;
  const absl::Duration interval_;

  Mutex mutex_;
  CondVar answered_;
  bool pinging_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<PeriodicTimer> timer_;
};

}  // namespace cachestore

#endif  // SERVICE_HEALTH_MONITOR_H_
