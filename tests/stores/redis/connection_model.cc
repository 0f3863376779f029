// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/connection_model.h"

#include <algorithm>
#include <utility>

namespace cachestore::redis {

using Failure = ConnectionMachine::Failure;

bool ConnectionModel::Follow(const Event& event, int64_t now_nanos,
                             const ConnectionMachine::Actions& actions,
                             const ConnectionMachine& after) {
  event_ = event;
  now_nanos_ = now_nanos;
  Begin(event);
  for (const Action& action : actions) Do(action);
  CheckStep(actions.empty());
  CheckMachine(after);
  return violation_.empty();
}

void ConnectionModel::Begin(const Event& event) {
  is_of_connection_ = event.generation == generation_ && link_ != Link::kNone;
  must_refuse_ = may_connect_ = must_greet_ = must_close_ = false;
  must_lose_ = must_return_ = has_disconnected_ = false;
  switch (event.type) {
    case Event::Type::kSubmit:
      // Nothing has been tried yet.
      may_connect_ = link_ == Link::kNone && !is_backing_off_ && !is_stopped_ &&
                     event.deadline_nanos > now_nanos_;
      must_refuse_ = is_stopped_ || event.deadline_nanos <= now_nanos_ ||
                     (link_ != Link::kReady && failures_ > 0);
      return open_.push_back({event.request, event.deadline_nanos});
    case Event::Type::kConnected:
      must_greet_ = is_of_connection_ && link_ == Link::kOpening;
      return;
    case Event::Type::kReply:
      if (is_of_connection_) BeginReply(event.is_error);
      return;
    case Event::Type::kHeard:
      if (is_of_connection_) silent_since_nanos_ = now_nanos_;
      return;
    case Event::Type::kLost:
      must_lose_ = is_of_connection_;
      must_return_ = must_lose_ && WasGood();
      return;
    case Event::Type::kBackoffOver:
      may_connect_ = is_backing_off_;
      return;
    case Event::Type::kTick:
      must_lose_ = IsLate();
      return;
    case Event::Type::kStop:
      must_lose_ = link_ != Link::kNone;
      is_stopped_ = true;
      is_backing_off_ = false;
      return;
  }
}

void ConnectionModel::BeginReply(bool is_error) {
  if (link_ == Link::kGreeting && !is_error) {
    if (--greeting_replies_left_ > 0) return;
    link_ = Link::kReady;
    ready_at_nanos_ = now_nanos_;
    return;
  }
  must_close_ = link_ == Link::kReady && OldestSent() != nullptr;
  must_lose_ = !must_close_;
}

bool ConnectionModel::IsLate() const {
  if (link_ == Link::kNone) return false;
  if (link_ != Link::kReady) return now_nanos_ - opened_at_nanos_ >= timing_.connect_nanos;
  return OldestSent() != nullptr && now_nanos_ - silent_since_nanos_ >= timing_.silence_nanos;
}

bool ConnectionModel::WasGood() const {
  return link_ == Link::kReady && now_nanos_ - ready_at_nanos_ >= timing_.stable_nanos;
}

void ConnectionModel::Do(const Action& action) {
  switch (action.type) {
    case Action::Type::kConnect:
      return Connect(action);
    case Action::Type::kGreet:
      Expect(must_greet_, "the greeting goes once to each connection, when it is there");
      must_greet_ = false;
      link_ = Link::kGreeting;
      greeting_replies_left_ = greeting_replies_;
      return;
    case Action::Type::kWrite:
      return Write(action);
    case Action::Type::kAnswer:
    case Action::Type::kForget:
      return Close(action);
    case Action::Type::kFail:
      return Fail(action);
    case Action::Type::kDisconnect:
      return Disconnect();
    case Action::Type::kBackOff:
      return BackOff(action);
  }
}

void ConnectionModel::Connect(const Action& action) {
  Expect(link_ == Link::kNone, "there is one connection at a time");
  Expect(may_connect_ || (must_return_ && has_disconnected_),
         "it connects for the first request, after a pause, or after a good connection");
  Expect(action.generation == generation_ + 1, "each connection has a generation of its own");
  may_connect_ = is_backing_off_ = false;
  link_ = Link::kOpening;
  generation_ = action.generation;
  opened_at_nanos_ = now_nanos_;
}

void ConnectionModel::Write(const Action& action) {
  Expect(link_ == Link::kReady, "nothing is written before the greeting was accepted");
  const auto next =
      std::ranges::find_if(open_, [](const Request& request) { return !request.is_written; });
  if (next == open_.end() || next->id != action.request) {
    return Expect(false, "each request is written at most once, in the order of submission");
  }
  Expect(next->deadline_nanos > now_nanos_, "nothing is written after its deadline");
  if (OldestSent() == nullptr) silent_since_nanos_ = now_nanos_;
  next->is_written = true;
}

void ConnectionModel::Close(const Action& action) {
  const auto request = Find(action.request);
  if (request == open_.end()) return Expect(false, "nothing is done to a request that is closed");
  const bool is_answer = action.type == Action::Type::kAnswer;
  if (must_close_) {
    Expect(OldestSent()->id == action.request, "a reply is for the oldest request without one");
    Expect(is_answer != request->is_expired, "an expired request has had its answer");
  } else {
    Expect(!is_answer, "only a reply answers");
    Expect(request->is_expired, "only an expired request is forgotten");
    Expect(must_lose_ && !has_disconnected_, "it is forgotten when its reply cannot come");
  }
  must_close_ = false;
  open_.erase(request);
}

void ConnectionModel::Fail(const Action& action) {
  const auto request = Find(action.request);
  if (request == open_.end()) return Expect(false, "nothing is done to a request that is closed");
  Expect(!request->is_expired, "a request fails once");
  const bool is_due = request->deadline_nanos <= now_nanos_;
  const bool is_lost = must_lose_ && !has_disconnected_;
  switch (action.failure) {
    case Failure::kNotConnected:
      Expect(!request->is_written, "what was written may have had an effect");
      Expect(is_lost || (must_refuse_ && event_.request == action.request),
             "requests wait for a first connection, and for the one after a good one");
      must_refuse_ = false;
      break;
    case Failure::kExpiredUnsent:
      Expect(is_due && !request->is_written, "it was not written until its deadline");
      must_refuse_ = false;
      break;
    case Failure::kExpired:
      Expect(is_due && request->is_written, "it was written, and not answered by its deadline");
      request->is_expired = true;
      return;
    case Failure::kLost:
      Expect(is_lost && request->is_written, "it was written, and its connection is lost");
      break;
  }
  open_.erase(request);
}

void ConnectionModel::Disconnect() {
  Expect(must_lose_ && !has_disconnected_, "a connection ends once, and for a reason");
  Expect(open_.empty(), "all who wait learn of a loss before what follows it");
  has_disconnected_ = true;
  if (!is_stopped_) {
    if (WasGood()) failures_ = 0;
    if (!must_return_) ++failures_;
  }
  link_ = Link::kNone;
}

void ConnectionModel::BackOff(const Action& action) {
  Expect(has_disconnected_ && !must_return_ && !is_stopped_ && !is_backing_off_,
         "it pauses once for each attempt that failed");
  int64_t pause = timing_.first_backoff_nanos;
  for (int i = 1; i < failures_ && pause < timing_.max_backoff_nanos; ++i) pause *= 2;
  Expect(action.nanos == std::min(pause, timing_.max_backoff_nanos),
         "pauses double, up to the longest");
  is_backing_off_ = true;
}

// What the step was to do, and did not.
void ConnectionModel::CheckStep(bool is_quiet) {
  Expect(!may_connect_, "what is asked to connect does");
  Expect(!must_refuse_, "requests fail at once after an attempt that failed");
  Expect(!must_greet_, "a connection is greeted");
  Expect(!must_close_, "a reply closes a request");
  Expect(must_lose_ == has_disconnected_, "a connection that is lost, late or silent is closed");
  Expect(link_ != Link::kNone || is_backing_off_ || is_stopped_ || generation_ == 0,
         "it connects again or pauses");
  Expect(link_ != Link::kNone || open_.empty(), "without a connection nobody waits");
  const auto is_unwritten = [](const Request& request) { return !request.is_written; };
  Expect(link_ != Link::kReady || std::ranges::none_of(open_, is_unwritten),
         "with a connection nobody waits to be written");
  Expect(link_ == Link::kReady || std::ranges::all_of(open_, is_unwritten),
         "without a greeting nothing is written");
  if (event_.type == Event::Type::kTick) {
    for (const Request& request : open_) {
      Expect(request.is_expired || request.deadline_nanos > now_nanos_,
             "no request is left waiting beyond its deadline");
    }
  }
  if (event_.type == Event::Type::kHeard) Expect(is_quiet, "bytes alone lead to nothing");
}

void ConnectionModel::CheckMachine(const ConnectionMachine& machine) {
  Expect(machine.is_ready() == (link_ == Link::kReady), "is_ready()");
  Expect(machine.is_greeting() == (link_ == Link::kGreeting), "is_greeting()");
  Expect(machine.failures() == failures_, "failures()");
  const Request* const oldest = OldestSent();
  Expect(machine.oldest_sent().has_value() == (oldest != nullptr) &&
             (oldest == nullptr || *machine.oldest_sent() == oldest->id),
         "oldest_sent()");
  const int64_t next_tick_nanos = machine.next_tick_nanos();
  for (const Request& request : open_) {
    Expect(request.is_expired || next_tick_nanos <= request.deadline_nanos,
           "a tick comes for each deadline");
  }
  if (link_ == Link::kOpening || link_ == Link::kGreeting) {
    Expect(next_tick_nanos <= opened_at_nanos_ + timing_.connect_nanos, "a tick ends connecting");
  }
  if (oldest != nullptr) {
    Expect(next_tick_nanos <= silent_since_nanos_ + timing_.silence_nanos, "a tick ends silence");
  }
  if (event_.type == Event::Type::kTick) {
    Expect(next_tick_nanos > now_nanos_, "a tick is not asked for again at once");
  }
}

void ConnectionModel::AppendTo(StateKey& key, int64_t now_nanos) const {
  key.Add(static_cast<int64_t>(link_));
  key.Add(greeting_replies_left_);
  key.AddFlag(is_backing_off_);
  key.AddFlag(is_stopped_);
  key.AddFailures(failures_);
  if (link_ == Link::kOpening || link_ == Link::kGreeting) {
    key.AddAge(now_nanos - opened_at_nanos_, timing_.connect_nanos);
  }
  if (link_ == Link::kReady) key.AddAge(now_nanos - ready_at_nanos_, timing_.stable_nanos);
  if (OldestSent() != nullptr) {
    key.AddAge(now_nanos - silent_since_nanos_, timing_.silence_nanos);
  }
  for (const Request& request : open_) {
    key.AddFlag(request.is_written);
    key.AddFlag(request.is_expired);
    key.AddTimeLeft(request.deadline_nanos - now_nanos);
  }
}

std::vector<ConnectionModel::Request>::iterator ConnectionModel::Find(RequestId id) {
  return std::ranges::find(open_, id, &Request::id);
}

const ConnectionModel::Request* ConnectionModel::OldestSent() const {
  return !open_.empty() && open_.front().is_written ? &open_.front() : nullptr;
}

}  // namespace cachestore::redis
