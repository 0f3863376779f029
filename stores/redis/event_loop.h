// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_EVENT_LOOP_H_
#define STORES_REDIS_EVENT_LOOP_H_

#include <event2/event.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cachestore::redis {

// A thread that waits for sockets and timers (libevent). Everything that is registered with it runs
// there, one at a time, so that what it guards needs no lock.
class EventLoop {
 public:
  // Starts the thread. RESOURCE_EXHAUSTED if this process can have no more threads or descriptors.
  static absl::StatusOr<std::unique_ptr<EventLoop>> Create();

  // For after Stop. Joins, if nobody has.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // For what runs on the loop's thread, and for setting up what will.
  event_base* base() const;

  // Waits until what runs on the thread now is over, and `limit` at most. On the thread itself,
  // does nothing.
  void AwaitTurn(absl::Duration limit);

  // Waits until the thread, told to stop, has ended. On the thread itself, lets it end alone. Once.
  void Join();

  // Runs `task` on the loop's thread soon. Thread-safe. Nothing runs once the thread has
  // ended.
  void Post(absl::AnyInvocable<void() &&> task);

  // The same for who may outlast this: then the task is dropped.
  std::function<void(absl::AnyInvocable<void() &&> task)> poster() const;

  // Ends the thread once everything posted before has run; by then nothing may be registered any
  // more. As its last act the thread runs `stopped`; if it has ended already, that runs here.
  // Idempotent and thread-safe.
  void Stop(absl::AnyInvocable<void() &&> stopped);

 private:
  class State;  // Shared with the thread, which may outlast this.

  EventLoop(std::shared_ptr<State> state, std::thread thread)
      : state_(std::move(state)), thread_(std::move(thread)) {}

  const std::shared_ptr<State> state_;
  std::thread thread_;
};

// A socket or a timer on an event loop, for as long as it lives; made, used and destroyed on the
// loop's thread, or before the loop can run it.
class LoopEvent {
 public:
  static constexpr int16_t kTimer = 0;

  // Runs `callback` whenever one of `what` (EV_READ, EV_WRITE, perhaps with EV_PERSIST) holds for
  // `fd`, once Add() was called; or, where that is kTimer and fd -1, when the time has come. The
  // callback may destroy this.
  LoopEvent(event_base* base, int fd, int16_t what, std::function<void()> callback);
  ~LoopEvent();
  LoopEvent(const LoopEvent&) = delete;
  LoopEvent& operator=(const LoopEvent&) = delete;

  void Add();
  void AddTimer(absl::Duration delay);

 private:
  std::function<void()> callback_;
  event* const event_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_EVENT_LOOP_H_
