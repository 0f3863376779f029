// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/event_loop.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore::http2 {
namespace {

// The loop that this thread runs, if any.
constinit thread_local const WorkQueue* of_this_thread = nullptr;

constexpr int kMaxEvents = 64;

// OpenSSL writes to sockets in a way that raises SIGPIPE, which would end the process, when the
// other side has hung up. That is told by the write, too.
void BlockPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create() {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor wakeup(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  epoll_event readable = {.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (!epoll || !wakeup || epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wakeup.get(), &readable) != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no event loop for the service: ", std::strerror(errno)));
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(wakeup)));
}

EventLoop::EventLoop(Descriptor epoll, Descriptor wakeup)
    : epoll_(std::move(epoll)),
      wakeup_(std::move(wakeup)),
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBytes)),
      now_(std::chrono::steady_clock::now()) {}

void EventLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void EventLoop::Stop() {
  if (!thread_.joinable()) return;
  Post([this] { is_stopping_ = true; });
  thread_.join();
}

void EventLoop::Do(Work& work) {
  if (of_this_thread == this) return work.Do();
  bool is_first = false;
  {
    const MutexLock lock(mutex_);
    is_first = works_.empty() && tasks_.empty();
    works_.push_back(&work);
  }
  if (is_first) Wake();
}

void EventLoop::Post(absl::AnyInvocable<void() &&> task) {
  bool is_first = false;
  {
    const MutexLock lock(mutex_);
    is_first = works_.empty() && tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (is_first) Wake();
}

void EventLoop::Wake() { eventfd_write(wakeup_.get(), 1); }

bool EventLoop::Watch(int fd, uint32_t events, Watcher& watcher) {
  epoll_event event = {.events = events, .data = {.ptr = &watcher}};
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::Rewatch(int fd, uint32_t events, Watcher& watcher) {
  epoll_event event = {.events = events, .data = {.ptr = &watcher}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::Unwatch(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::Run() {
  of_this_thread = this;
  BlockPipeSignal();
  while (!is_stopping_) {
    Wait();
    RunPosted();
    RunTimers();
    EndTurn();
  }
  of_this_thread = nullptr;
}

void EventLoop::Wait() {
  std::array<epoll_event, kMaxEvents> events;
  int timeout = -1;
  if (!timers_.empty()) {
    // Rounded up: who is woken too early finds nothing to do, and waits again.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - now_);
    timeout = static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
  }
  const int count = epoll_wait(epoll_.get(), events.data(), kMaxEvents, timeout);
  now_ = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    if (events[i].data.ptr == nullptr) {
      eventfd_t woken = 0;
      eventfd_read(wakeup_.get(), &woken);
    } else {
      static_cast<Watcher*>(events[i].data.ptr)->OnReady(events[i].events);
    }
  }
}

void EventLoop::RunPosted() {
  std::vector<Work*> works;
  std::vector<absl::AnyInvocable<void() &&>> tasks;
  {
    const MutexLock lock(mutex_);
    works.swap(works_);
    tasks.swap(tasks_);
  }
  for (Work* const work : works) work->Do();
  for (auto& task : tasks) std::move(task)();
}

void EventLoop::RunTimers() {
  // Those that are set meanwhile wait for the next turn, or one that always sets itself would keep
  // all others from theirs.
  auto due = std::distance(timers_.begin(), timers_.upper_bound(now_));
  for (; due > 0 && !timers_.empty() && timers_.begin()->first <= now_; --due) {
    Timer& timer = *timers_.begin()->second;
    timer.Cancel();
    timer.on_time_();
  }
}

void EventLoop::EndTurn() {
  told_observers_.swap(observers_);
  for (TurnObserver* const observer : told_observers_) observer->OnTurnEnd();
  told_observers_.clear();
  retired_.clear();
}

void EventLoop::Timer::WakeAt(Moment moment) {
  if (is_set_ && place_->first <= moment) return;
  Cancel();
  place_ = loop_.timers_.emplace(moment, this);
  is_set_ = true;
}

void EventLoop::Timer::Cancel() {
  if (!std::exchange(is_set_, false)) return;
  loop_.timers_.erase(place_);
}

}  // namespace cachestore::http2
