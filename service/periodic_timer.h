// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_PERIODIC_TIMER_H_
#define SERVICE_PERIODIC_TIMER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "stores/mutex.h"

namespace cachestore {

// A thread that runs `task` again and again, `interval` after it was done with it, whatever the
// wall clock says. The first time one interval from now.
class PeriodicTimer {
 public:
  PeriodicTimer(absl::Duration interval, std::function<void()> task);

  // Waits for the task if it is running.
  ~PeriodicTimer();

  PeriodicTimer(const PeriodicTimer&) = delete;
  PeriodicTimer& operator=(const PeriodicTimer&) = delete;

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const absl::Duration interval_;
  const std::function<void()> task_;

  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cachestore

#endif  // SERVICE_PERIODIC_TIMER_H_
