// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/connection_machine.h"

#include <algorithm>

namespace cachestore::redis {

using Type = ConnectionMachine::Action::Type;

void ConnectionMachine::Step(const Event& event, int64_t now_nanos, Actions& actions) {
  using Kind = Event::Type;
  const bool is_of_connection = event.generation == generation_ && IsConnected();
  switch (event.type) {
    case Kind::kSubmit:
      return Submit(event, now_nanos, actions);
    case Kind::kConnected:
      if (!is_of_connection || phase_ != Phase::kConnecting) return;
      phase_ = Phase::kGreeting;
      greeting_replies_left_ = greeting_replies_;
      return actions.push_back({.type = Type::kGreet});
    case Kind::kReply:
      if (is_of_connection) TakeReply(event.is_error, now_nanos, actions);
      return;
    case Kind::kHeard:
      if (is_of_connection) silent_since_nanos_ = now_nanos;
      return;
    case Kind::kLost:
      if (!is_of_connection) return;
      return Lose(/*misbehaved=*/false, now_nanos, actions);
    case Kind::kBackoffOver:
      if (phase_ == Phase::kBackingOff) Connect(now_nanos, actions);
      return;
    case Kind::kTick:
      return Tick(now_nanos, actions);
    case Kind::kStop:
      FailAll(actions);
      if (IsConnected()) actions.push_back({.type = Type::kDisconnect});
      phase_ = Phase::kStopped;
      return;
  }
}

int64_t ConnectionMachine::next_tick_nanos() const {
  int64_t next = earliest_deadline_nanos_;
  if (IsOpening()) next = std::min(next, connect_until_nanos_);
  if (!sent_.empty()) next = std::min(next, silent_since_nanos_ + timing_.silence_nanos);
  return next;
}

void ConnectionMachine::Submit(const Event& event, int64_t now_nanos, Actions& actions) {
  const Request request = {event.request, false, event.deadline_nanos};
  const bool will_connect = phase_ == Phase::kIdle || (IsConnected() && failures_ == 0);
  const bool is_too_late = request.deadline_nanos <= now_nanos;
  if (is_too_late || (phase_ != Phase::kReady && !will_connect)) {
    actions.push_back({.type = Type::kFail,
                       .request = request.id,
                       .failure = is_too_late ? Failure::kExpiredUnsent : Failure::kNotConnected});
    return;
  }
  earliest_deadline_nanos_ = std::min(earliest_deadline_nanos_, request.deadline_nanos);
  if (phase_ == Phase::kReady) return Write(request, now_nanos, actions);
  waiting_.push_back(request);
  if (phase_ == Phase::kIdle) Connect(now_nanos, actions);
}

void ConnectionMachine::Connect(int64_t now_nanos, Actions& actions) {
  phase_ = Phase::kConnecting;
  ++generation_;
  connect_until_nanos_ = now_nanos + timing_.connect_nanos;
  actions.push_back({.type = Type::kConnect, .generation = generation_});
}

void ConnectionMachine::TakeReply(bool is_error, int64_t now_nanos, Actions& actions) {
  if (phase_ == Phase::kGreeting) {
    if (is_error) return Lose(/*misbehaved=*/true, now_nanos, actions);
    if (--greeting_replies_left_ == 0) BecomeReady(now_nanos, actions);
    return;
  }
  // Nobody has asked for it. Redis does that only if it cannot be understood, or shuts us out.
  if (sent_.empty()) return Lose(/*misbehaved=*/true, now_nanos, actions);
  const Request& request = sent_.front();
  actions.push_back(
      {.type = request.expired ? Type::kForget : Type::kAnswer, .request = request.id});
  sent_.pop_front();
}

void ConnectionMachine::BecomeReady(int64_t now_nanos, Actions& actions) {
  phase_ = Phase::kReady;
  ready_since_nanos_ = now_nanos;
  ExpireRequests(now_nanos, actions);
  for (const Request& request : waiting_) Write(request, now_nanos, actions);
  waiting_.clear();
}

void ConnectionMachine::Write(const Request& request, int64_t now_nanos, Actions& actions) {
  if (sent_.empty()) silent_since_nanos_ = now_nanos;
  sent_.push_back(request);
  actions.push_back({.type = Type::kWrite, .request = request.id});
}

void ConnectionMachine::Tick(int64_t now_nanos, Actions& actions) {
  if (now_nanos >= earliest_deadline_nanos_) ExpireRequests(now_nanos, actions);
  const bool is_late = IsOpening() && now_nanos >= connect_until_nanos_;
  const bool is_silent = phase_ == Phase::kReady && !sent_.empty() &&
                         now_nanos - silent_since_nanos_ >= timing_.silence_nanos;
  if (is_late || is_silent) Lose(/*misbehaved=*/true, now_nanos, actions);
}

void ConnectionMachine::ExpireRequests(int64_t now_nanos, Actions& actions) {
  int64_t earliest = kNever;
  std::erase_if(waiting_, [&](const Request& request) {
    if (request.deadline_nanos > now_nanos) {
      earliest = std::min(earliest, request.deadline_nanos);
      return false;
    }
    actions.push_back(
        {.type = Type::kFail, .request = request.id, .failure = Failure::kExpiredUnsent});
    return true;
  });
  for (Request& request : sent_) {
    if (request.expired) continue;
    if (request.deadline_nanos > now_nanos) {
      earliest = std::min(earliest, request.deadline_nanos);
      continue;
    }
    request.expired = true;
    actions.push_back({.type = Type::kFail, .request = request.id, .failure = Failure::kExpired});
  }
  earliest_deadline_nanos_ = earliest;
}

// Everybody who waits learns it first, so that the connection that follows starts without them. One
// that `misbehaved` is no good one at its end, however long it was.
void ConnectionMachine::Lose(bool misbehaved, int64_t now_nanos, Actions& actions) {
  const bool was_good =
      phase_ == Phase::kReady && now_nanos - ready_since_nanos_ >= timing_.stable_nanos;
  FailAll(actions);
  actions.push_back({.type = Type::kDisconnect});
  if (was_good) failures_ = 0;
  if (!was_good || misbehaved) ++failures_;
  if (failures_ == 0) return Connect(now_nanos, actions);
  phase_ = Phase::kBackingOff;
  int64_t pause = timing_.first_backoff_nanos;
  for (int i = 1; i < failures_ && pause < timing_.max_backoff_nanos; ++i) pause *= 2;
  actions.push_back({.type = Type::kBackOff, .nanos = std::min(pause, timing_.max_backoff_nanos)});
}

void ConnectionMachine::FailAll(Actions& actions) {
  for (const Request& request : sent_) {
    actions.push_back({.type = request.expired ? Type::kForget : Type::kFail,
                       .request = request.id,
                       .failure = Failure::kLost});
  }
  for (const Request& request : waiting_) {
    actions.push_back(
        {.type = Type::kFail, .request = request.id, .failure = Failure::kNotConnected});
  }
  sent_.clear();
  waiting_.clear();
  earliest_deadline_nanos_ = kNever;
}

}  // namespace cachestore::redis
