// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/load_clock.h"

#include <thread>

#include "absl/base/thread_annotations.h"

namespace cachestore {
namespace {

class SystemClock final : public LoadClock {
 public:
  Moment Now() const override { return std::chrono::steady_clock::now(); }
  void SleepUntil(Moment moment) override { std::this_thread::sleep_until(moment); }
  void WaitUntil(CondVar& changed, Mutex& mutex, Moment moment) override
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    changed.WaitUntil(mutex, moment);
  }
};

}  // namespace

LoadClock& SystemLoadClock() {
  // Never destroyed: calls may end while the process exits.
  static SystemClock& clock = *new SystemClock;
  return clock;
}

}  // namespace cachestore
