// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/event_loop.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "stores/mutex.h"
#include "stores/redis/wakeup.h"
#include "stores/steady_deadline.h"

namespace cachestore::redis {
namespace {

using Tasks = std::vector<absl::AnyInvocable<void() &&>>;

void RunAll(Tasks tasks) {
  for (absl::AnyInvocable<void() &&>& task : tasks) {
    std::move(task)();
    task = nullptr;
  }
}

event_base* NewBase() {
  event_config* const config = event_config_new();
  // Our own threads meet in Post alone.
  event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
  event_base* const base = event_base_new_with_config(config);
  event_config_free(config);
  return base;
}

// Whether as many descriptors can be had as libevent needs for a base: epoll's, and a pair for
// signals. It ends the process where there are too few of them, and so must not begin.
absl::Status CheckDescriptors() {
  std::array<std::shared_ptr<const Wakeup>, 6> held;
  for (std::shared_ptr<const Wakeup>& descriptor : held) {
    absl::StatusOr<std::shared_ptr<const Wakeup>> wakeup = Wakeup::Create();
    if (!wakeup.ok()) return wakeup.status();
    descriptor = *std::move(wakeup);
  }
  return absl::OkStatus();
}

// The process's signals are not for this thread, but for those that are about itself: who waits for
// them is elsewhere. And OpenSSL writes to sockets in a way that raises SIGPIPE.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

class EventLoop::State {
 public:
  State(event_base* base, std::shared_ptr<const Wakeup> wakeup)
      : base_(base), wakeup_(std::move(wakeup)) {}

  event_base* base() const { return base_; }

  void Post(absl::AnyInvocable<void() &&> task) {
    bool is_asleep = false;
    {
      const MutexLock lock(mutex_);
      if (has_stopped_) return;
      tasks_.push_back(std::move(task));
      is_asleep = !std::exchange(is_awake_, true);
    }
    if (is_asleep) wakeup_->Signal();
  }

  void Stop(absl::AnyInvocable<void() &&> stopped) {
    if (!AddStopped(stopped)) return std::move(stopped)();
    wakeup_->Signal();
  }

  void Run() {
    auto woken = std::make_unique<LoopEvent>(base_, wakeup_->fd(), EV_READ | EV_PERSIST,
                                             [this] { RunTasks(); });
    woken->Add();
    event_base_dispatch(base_);
    woken.reset();
    event_base_free(base_);
    Tasks stopped;
    Tasks too_late;  // Destroyed outside the lock.
    {
      const MutexLock lock(mutex_);
      has_stopped_ = true;
      stopped.swap(stopped_);
      too_late.swap(tasks_);
    }
    RunAll(std::move(stopped));
  }

 private:
  // Keeps `stopped` for the end; false, with `stopped` untouched, if that has been.
  bool AddStopped(absl::AnyInvocable<void() &&>& stopped) {
    const MutexLock lock(mutex_);
    if (has_stopped_) return false;
    is_stopping_ = true;
    stopped_.push_back(std::move(stopped));
    return true;
  }

  // What is posted meanwhile waits for the next turn, so that sockets and timers have theirs.
  void RunTasks() {
    wakeup_->Clear();
    Tasks tasks;
    {
      const MutexLock lock(mutex_);
      tasks.swap(tasks_);
    }
    RunAll(std::move(tasks));
    if (MayRest()) return;
    wakeup_->Signal();
  }

  // Whether nothing is posted, so that the next Post wakes the thread.
  bool MayRest() {
    const MutexLock lock(mutex_);
    is_awake_ = !tasks_.empty();
    if (is_stopping_ && !is_awake_) event_base_loopbreak(base_);
    return !is_awake_;
  }

  event_base* const base_;
  const std::shared_ptr<const Wakeup> wakeup_;
  Mutex mutex_;
  Tasks tasks_ ABSL_GUARDED_BY(mutex_);
  Tasks stopped_ ABSL_GUARDED_BY(mutex_);
  bool is_awake_ ABSL_GUARDED_BY(mutex_) = false;  // Or about to be, for what is posted.
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create() {
  absl::StatusOr<std::shared_ptr<const Wakeup>> wakeup = Wakeup::Create();
  if (!wakeup.ok()) return wakeup.status();
  if (absl::Status status = CheckDescriptors(); !status.ok()) return status;
  event_base* const base = NewBase();
  if (base == nullptr) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no event loop for the Redis store: ", std::strerror(errno)));
  }
  const auto state = std::make_shared<State>(base, *std::move(wakeup));
  const SignalsBlocked blocked;
  try {
    std::thread thread([state] { state->Run(); });
    return std::unique_ptr<EventLoop>(new EventLoop(state, std::move(thread)));
  } catch (const std::system_error& error) {
    event_base_free(base);
    return absl::ResourceExhaustedError(
        absl::StrCat("no thread for the Redis store: ", error.what()));
  }
}

EventLoop::~EventLoop() {
  if (thread_.joinable()) Join();
}

void EventLoop::AwaitTurn(absl::Duration limit) {
  if (thread_.get_id() == std::this_thread::get_id()) return;
  struct Turn {
    Mutex mutex;
    CondVar changed;
    bool is_over ABSL_GUARDED_BY(mutex) = false;
  };
  const auto turn = std::make_shared<Turn>();
  // Whether the task is run or dropped, as the loop has stopped.
  Post([over = absl::MakeCleanup([turn] {
          const MutexLock lock(turn->mutex);
          turn->is_over = true;
          turn->changed.NotifyAll();
        })] {});
  const auto deadline = SteadyDeadline(limit);
  const MutexLock lock(turn->mutex);
  while (!turn->is_over && turn->changed.WaitUntil(turn->mutex, deadline)) {
  }
}

void EventLoop::Join() {
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

event_base* EventLoop::base() const { return state_->base(); }

void EventLoop::Post(absl::AnyInvocable<void() &&> task) {
  // The task may come to destroy this before the thread has been woken in full.
  const std::shared_ptr<State> state = state_;
  state->Post(std::move(task));
}

std::function<void(absl::AnyInvocable<void() &&> task)> EventLoop::poster() const {
  return [state = state_](absl::AnyInvocable<void() &&> task) { state->Post(std::move(task)); };
}

void EventLoop::Stop(absl::AnyInvocable<void() &&> stopped) {
  const std::shared_ptr<State> state = state_;
  state->Stop(std::move(stopped));
}

LoopEvent::LoopEvent(event_base* base, int fd, int16_t what, std::function<void()> callback)
    : callback_(std::move(callback)),
      event_(event_new(
          base, fd, what,
          [](evutil_socket_t, int16_t, void* self) {
            // By its own copy: it may destroy the event that holds it.
            const std::function<void()> callback = static_cast<LoopEvent*>(self)->callback_;
            callback();
          },
          this)) {}

LoopEvent::~LoopEvent() { event_free(event_); }

void LoopEvent::Add() { event_add(event_, nullptr); }

void LoopEvent::AddTimer(absl::Duration delay) {
  const timeval time = absl::ToTimeval(std::max(delay, absl::ZeroDuration()));
  event_add(event_, &time);
}

}  // namespace cachestore::redis
