// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_LOAD_CLOCK_H_
#define CLIENT_COMMAND_LINE_LOAD_CLOCK_H_

#include <chrono>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"

namespace cachestore {

// The time that a load goes by. Thread-safe; the two that wait block.
class LoadClock {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  virtual ~LoadClock() = default;

  virtual Moment Now() const = 0;
  virtual void SleepUntil(Moment moment) = 0;

  // Releases `mutex` until `changed` is notified, `moment` has come, or for no reason at all.
  virtual void WaitUntil(CondVar& changed, Mutex& mutex, Moment moment)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) = 0;
};

// The machine's. Lives as long as the process.
LoadClock& SystemLoadClock();

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_LOAD_CLOCK_H_
