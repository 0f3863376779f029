// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_EVENT_LOOP_H_
#define SERVICE_TRANSPORTS_HTTP2_EVENT_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "service/transports/http2/descriptor.h"
#include "service/transports/http2/moment.h"
#include "service/transports/http2/work_queue.h"
#include "stores/mutex.h"

namespace cachestore::http2 {

// A thread that waits for sockets, timers and work (epoll). Everything that is registered with it
// runs there, one at a time, so that what it guards needs no lock. Used on its thread, unless a
// function says otherwise.
//
// Not libevent, as in stores/redis: a build without Redis needs none, and of what it offers little
// would be used here.
class EventLoop final : public WorkQueue {
 public:
  // Something that is told when a socket is ready.
  class Watcher {
   public:
    virtual ~Watcher() = default;

    // `events` as epoll_wait(2) gives them.
    virtual void OnReady(uint32_t events) = 0;
  };

  // Something that is told once all that a turn brought has been seen to.
  class TurnObserver {
   public:
    virtual void OnTurnEnd() = 0;

   protected:
    ~TurnObserver() = default;
  };

  // A moment that somebody waits for.
  class Timer {
   public:
    Timer(EventLoop& loop, absl::AnyInvocable<void()> on_time)
        : loop_(loop), on_time_(std::move(on_time)) {}
    ~Timer() { Cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Runs at `moment`; or before, if it was to already.
    void WakeAt(Moment moment);
    void Cancel();

   private:
    friend class EventLoop;

    EventLoop& loop_;
    absl::AnyInvocable<void()> on_time_;
    bool is_set_ = false;
    std::multimap<Moment, Timer*>::iterator place_;
  };

  // RESOURCE_EXHAUSTED if this process can have no more descriptors.
  static absl::StatusOr<std::unique_ptr<EventLoop>> Create();

  // Starts the thread, which Stop ends. Each once, from any other thread.
  void Start();
  void Stop();

  void Do(Work& work) override ABSL_LOCKS_EXCLUDED(mutex_);
  Moment now() const override { return now_; }

  // Runs `task` on the thread, soon and in order. From any thread.
  void Post(absl::AnyInvocable<void() &&> task) ABSL_LOCKS_EXCLUDED(mutex_);

  // Tells `watcher`, as long as it lives or until Unwatch, when `fd` is ready for any of `events`.
  // False if the kernel has no room for it.
  bool Watch(int fd, uint32_t events, Watcher& watcher);
  void Rewatch(int fd, uint32_t events, Watcher& watcher);
  void Unwatch(int fd);

  // Once, at the end of this turn.
  void ObserveTurn(TurnObserver& observer) { observers_.push_back(&observer); }

  // Destroys `watcher` when nobody in this turn can be using it any more.
  void Retire(std::unique_ptr<Watcher> watcher) { retired_.push_back(std::move(watcher)); }

  // Room for what is read, until the reader returns.
  absl::Span<char> read_buffer() { return absl::MakeSpan(read_buffer_.get(), kReadBytes); }

 private:
  static constexpr size_t kReadBytes = size_t{256} * 1024;

  EventLoop(Descriptor epoll, Descriptor wakeup);

  void Run();
  void Wait();
  void RunTimers();
  void RunPosted() ABSL_LOCKS_EXCLUDED(mutex_);
  void EndTurn();
  void Wake();

  const Descriptor epoll_;
  const Descriptor wakeup_;
  const std::unique_ptr<char[]> read_buffer_;
  std::thread thread_;
  Moment now_;
  std::multimap<Moment, Timer*> timers_;
  std::vector<TurnObserver*> observers_;
  std::vector<TurnObserver*> told_observers_;  // Empty, but for its memory.
  std::vector<std::unique_ptr<Watcher>> retired_;
  bool is_stopping_ = false;

  Mutex mutex_;
  // Of both, in the order of each.
  std::vector<Work*> works_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::AnyInvocable<void() &&>> tasks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_EVENT_LOOP_H_
