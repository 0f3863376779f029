// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_TIMERS_H_
#define STORES_REDIS_TIMERS_H_

#include <event2/event.h>

#include <list>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "stores/redis/event_loop.h"

namespace cachestore::redis {

// Tasks that wait for their time on an event loop; made, used and destroyed on its thread. What
// still waits then does not run.
class Timers {
 public:
  explicit Timers(event_base* base) : base_(base) {}

  void RunLater(absl::Duration delay, absl::AnyInvocable<void() &&> task) {
    const auto timer = timers_.emplace(timers_.end());
    timer->task = std::move(task);
    timer->event = std::make_unique<LoopEvent>(base_, -1, LoopEvent::kTimer, [this, timer] {
      absl::AnyInvocable<void()&&> due = std::move(timer->task);
      timers_.erase(timer);
      std::move(due)();
    });
    timer->event->AddTimer(delay);
  }

 private:
  struct Timer {
    absl::AnyInvocable<void() &&> task;
    std::unique_ptr<LoopEvent> event;
  };

  event_base* const base_;
  std::list<Timer> timers_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_TIMERS_H_
