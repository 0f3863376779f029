// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CALL_TIMER_H_
#define CLIENT_CALL_TIMER_H_

#include <grpcpp/alarm.h>

#include <chrono>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "client/call_queue.h"

namespace cachestore {

// One alarm on the call queue for any number of deadlines: rings when the earliest comes, or before
// that; who is rung for looks what is due, and sets it anew. Cheap where deadlines ascend, as those
// of calls mostly do: then it is rarely set. To the millisecond. Its owner's lock guards it.
class CallTimer final : private QueuedCall {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  static constexpr Time kNever = Time::max();

  // `ring` runs on a thread of the call queue, without a lock. It calls Rang() first.
  explicit CallTimer(absl::AnyInvocable<void()> ring) : ring_(std::move(ring)) {}

  // Rings at `time` or before, and keeps `owner`, of which this is a part, until it has rung.
  void RingBy(Time time, const std::shared_ptr<void>& owner);

  // Rings now, if it is set.
  void RingNow() {
    if (time_ != kNever) alarm_.Cancel();
  }

  // It is not set any more. What it kept.
  std::shared_ptr<void> Rang() {
    time_ = kNever;
    return std::exchange(owner_, nullptr);
  }

 private:
  void Finished() override { ring_(); }

  absl::AnyInvocable<void()> ring_;
  grpc::Alarm alarm_;
  Time time_ = kNever;
  std::shared_ptr<void> owner_;
};

}  // namespace cachestore

#endif  // CLIENT_CALL_TIMER_H_
