// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_STATS_SOURCE_H_
#define SERVICE_METRICS_STATS_SOURCE_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "protos/admin.pb.h"
#include "service/door/door.h"
#include "service/metrics/history.h"
#include "service/namespaces.h"
#include "service/periodic_timer.h"
#include "service/readiness.h"
#include "stores/mutex.h"

namespace cachestore {

// The figures of a service, in the one form that all who ask are answered from: the Stats RPC,
// Prometheus and the status page. Keeps the last hour in mind. Thread-safe.
class StatsSource {
 public:
  // Whom it asks. All but `backend` must outlive it.
  struct Sources {
    std::string backend;
    const Door& door;
    const Readiness& readiness;
    const Namespaces& stores;

    // What the transport knows of them.
    std::function<v1::ConnectionStats()> connections;

    size_t threads = 0;  // That answer calls.
  };

  explicit StatsSource(Sources sources);

  // Whether the service should be sent calls.
  bool is_ready() const { return sources_.readiness.ready(); }

  // Why it should not, without what operators alone may know; empty where it should.
  std::string not_ready_kind() const { return sources_.readiness.not_ready_kind(); }

  // O(methods and namespaces), what it takes to know the connections, and with `want_history` also
  // O(its steps).
  v1::StatsResponse Read(bool want_history) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Calls and namespaces: what history is made of.
  v1::StatsResponse ReadCounts() const;
  // All but windows and history.
  v1::StatsResponse ReadNow() const;
  void KeepInMind() ABSL_LOCKS_EXCLUDED(mutex_);

  const Sources sources_;
  const absl::Time started_;

  mutable Mutex mutex_;
  History history_ ABSL_GUARDED_BY(mutex_);
  PeriodicTimer timer_;
};

}  // namespace cachestore

#endif  // SERVICE_METRICS_STATS_SOURCE_H_
