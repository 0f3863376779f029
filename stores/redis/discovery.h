// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_DISCOVERY_H_
#define STORES_REDIS_DISCOVERY_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "stores/mutex.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/timers.h"

namespace cachestore::redis {

// Something that has to be found before calls can be sent (who is master, who has which slots), and
// found anew whenever somebody has seen that it may have changed. What was found stays until
// another one is: it is most often still right.
template <typename Found>
class Discovery {
 public:
  struct Result {
    std::shared_ptr<const Found> found;
    bool is_complete = true;  // Otherwise it is searched for until it is.
  };
  using Done = absl::AnyInvocable<void(absl::StatusOr<Result>) &&>;
  using Handler = absl::AnyInvocable<void(absl::StatusOr<std::shared_ptr<const Found>>) &&>;

  // `loop` must outlive this. `search` runs on its thread, one at a time, and runs its argument
  // there, once. A call may take `timeout`, and so many of them may wait at a time. Between the end
  // of one search and the next is `rest` at least, and while nothing is found up to ten times as
  // long.
  Discovery(EventLoop& loop, absl::Duration timeout, size_t max_waiting,
            std::function<void(Done done)> search, absl::Duration rest = absl::Milliseconds(100))
      : loop_(loop),
        timeout_(timeout),
        max_waiting_(max_waiting),
        search_(std::move(search)),
        least_rest_(rest),
        rest_(rest) {
    loop.Post([this, base = loop.base()] { timers_ = std::make_unique<Timers>(base); });
  }

  // Null until something was found. Thread-safe.
  std::shared_ptr<const Found> found() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    return found_;
  }

  // By when a call that begins now is over.
  absl::Time End(absl::Time deadline) const { return std::min(deadline, absl::Now() + timeout_); }

  // Runs `handler` on the loop's thread, with what was found. If that is nothing yet: when
  // something is; or with why nothing can be, or DEADLINE_EXCEEDED, by End(deadline).
  // RESOURCE_EXHAUSTED, here, if too many wait. Thread-safe.
  void Await(absl::Time deadline, Handler handler) {
    Enter(deadline, std::move(handler), /*wants_new=*/false);
  }

  // The same with what is found by the end of the next search, whatever was found before.
  void AwaitNew(absl::Time deadline, Handler handler) {
    Enter(deadline, std::move(handler), /*wants_new=*/true);
  }

  // Has it searched for anew, as soon as it has rested. Thread-safe.
  void Refresh() {
    if (is_refresh_posted_.exchange(true)) return;
    loop_.Post([this] {
      is_refresh_posted_.store(false);
      if (is_closed()) return;
      is_wanted_ = true;
      Search();
    });
  }

  // The same where a call has ended so, that the server may be gone for good, and another one in
  // its place.
  void RefreshAfter(const absl::Status& status) {
    if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) Refresh();
  }

  // Runs `task` after `delay`. On the loop's thread, as is what follows.
  void RunLater(absl::Duration delay, absl::AnyInvocable<void() &&> task) {
    timers_->RunLater(delay, std::move(task));
  }

  // Ends it: nothing that waits runs any more, and what was found is let go of. Before the servers
  // that a search asks are closed: they fail what they were asked.
  void Close() {
    timers_.reset();
    waiting_.clear();
    Keep(nullptr);
  }
  bool is_closed() const { return timers_ == nullptr; }

 private:
  void Enter(absl::Time deadline, Handler handler, bool wants_new) {
    if (entered_.fetch_add(1) >= max_waiting_) {
      entered_.fetch_sub(1);
      return std::move(handler)(absl::ResourceExhaustedError(
          absl::StrCat("Redis has too many calls in flight: the limit is ", max_waiting_,
                       " of them; try again later")));
    }
    loop_.Post([this, end = End(deadline), wants_new, handler = std::move(handler)]() mutable {
      AwaitHere(end, wants_new,
                [this, handler = std::move(handler)](
                    absl::StatusOr<std::shared_ptr<const Found>> found) mutable {
                  entered_.fetch_sub(1);
                  std::move(handler)(std::move(found));
                });
    });
  }

  void AwaitHere(absl::Time end, bool wants_new, Handler handler) {
    if (std::shared_ptr<const Found> known = found(); known != nullptr && !wants_new) {
      return std::move(handler)(std::move(known));
    }
    if (!is_searching_) is_wanted_ = true;
    // Once a search has failed, calls fail at once until the next one.
    if (is_resting_ && !failure_.ok()) return std::move(handler)(failure_);
    const auto waiting = std::make_shared<Handler>(std::move(handler));
    std::erase_if(waiting_, [](const auto& other) { return *other == nullptr; });
    waiting_.push_back(waiting);
    RunLater(end - absl::Now(), [waiting] {
      if (*waiting == nullptr) return;
      std::exchange(*waiting, nullptr)(
          absl::DeadlineExceededError("no server has told in time where keys are to go"));
    });
    Search();
  }

  void Search() {
    if (!is_wanted_ || is_searching_ || is_resting_) return;
    is_wanted_ = false;
    is_searching_ = true;
    search_([this](absl::StatusOr<Result> result) { Take(std::move(result)); });
  }

  void Take(absl::StatusOr<Result> result) {
    if (timers_ == nullptr) return;  // Closed.
    is_searching_ = false;
    const bool is_complete = result.ok() && result->is_complete;
    if (result.ok() && !is_complete) is_wanted_ = true;
    failure_ = result.status();
    if (result.ok()) Keep(result->found);
    Rest(is_complete);
    for (const std::shared_ptr<Handler>& waiting : std::exchange(waiting_, {})) {
      if (*waiting == nullptr) continue;  // Its time has come before.
      if (result.ok()) {
        std::exchange(*waiting, nullptr)(result->found);
      } else {
        std::exchange(*waiting, nullptr)(failure_);
      }
    }
  }

  void Rest(bool is_complete) {
    rest_ = is_complete ? least_rest_ : std::min(2 * rest_, 10 * least_rest_);
    is_resting_ = true;
    RunLater(rest_ * absl::Uniform(absl::IntervalClosed, random_, 0.5, 1.0), [this] {
      is_resting_ = false;
      Search();
    });
  }

  void Keep(std::shared_ptr<const Found> found) ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    found_.swap(found);  // What goes, goes outside of the lock.
  }

  EventLoop& loop_;
  const absl::Duration timeout_;
  const size_t max_waiting_;
  const std::function<void(Done done)> search_;
  const absl::Duration least_rest_;
  std::atomic<bool> is_refresh_posted_{false};
  std::atomic<size_t> entered_{0};  // Who waits, or is about to.

  mutable Mutex mutex_;
  std::shared_ptr<const Found> found_ ABSL_GUARDED_BY(mutex_);

  // Of the loop's thread.
  bool is_wanted_ = false;
  bool is_searching_ = false;
  bool is_resting_ = false;
  absl::Duration rest_;
  absl::Status failure_;  // Of the last search.
  std::vector<std::shared_ptr<Handler>> waiting_;
  absl::BitGen random_;
  std::unique_ptr<Timers> timers_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_DISCOVERY_H_
