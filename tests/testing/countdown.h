// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_COUNTDOWN_H_
#define TESTS_TESTING_COUNTDOWN_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "stores/mutex.h"
#include "stores/steady_deadline.h"

namespace cachestore {

// Waits until so many events have happened, on whatever threads. Thread-safe.
//
//   Countdown answered(2);
//   store.Ping({}, [&](absl::Status) { answered.Happened(); });
//   store.Ping({}, [&](absl::Status) { answered.Happened(); });
//   ASSERT_TRUE(answered.Wait());
class Countdown {
 public:
  explicit Countdown(int events) : remaining_(events) {}

  // Notifies under the lock: who waits may destroy this as soon as it can take it.
  void Happened() {
    MutexLock lock(mutex_);
    --remaining_;
    changed_.NotifyAll();
  }

  // False if that took more than 30 s: much longer than any event takes, and less than a test
  // may run.
  [[nodiscard]] bool Wait() {
    const auto deadline = SteadyDeadline(absl::Seconds(30));
    MutexLock lock(mutex_);
    while (remaining_ > 0 && changed_.WaitUntil(mutex_, deadline)) {
    }
    return remaining_ <= 0;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int remaining_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // TESTS_TESTING_COUNTDOWN_H_
