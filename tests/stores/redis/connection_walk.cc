// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/connection_walk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/stores/redis/connection_machine_peer.h"
#include "tests/stores/redis/connection_machine_text.h"
#include "tests/stores/redis/state_key.h"

namespace cachestore::redis {

bool ConnectionWalk::Make(Move move) {
  if (move != Move::kWait) return Step(EventOf(move));
  ++now_nanos_;
  return true;
}

bool ConnectionWalk::EndByItself() {
  // One for a request that was answered meanwhile, one for each that expires, and one for the loss
  // of a connection that is late or silent.
  constexpr int kMaxTicks = 1 + static_cast<int>(kMaxOpen) + 1;
  for (int i = 0; machine_.next_tick_nanos() != ConnectionMachine::kNever; ++i) {
    if (i == kMaxTicks) return Violates("ticks come to an end");
    now_nanos_ = std::max(now_nanos_, machine_.next_tick_nanos());
    if (!Step({.type = Event::Type::kTick})) return false;
  }
  return model_.open().empty() || Violates("each request ends by itself");
}

bool ConnectionWalk::Recover() {
  using Link = ConnectionModel::Link;
  // A pause, a connection, the greeting, the request, the replies to those before it, and its own.
  constexpr int kMaxSteps = 2 + kGreetingReplies + 1 + static_cast<int>(kMaxOpen) + 1;
  RequestId fresh = 0;
  for (int i = 0; i < kMaxSteps; ++i) {
    Move move = Move::kReply;
    if (model_.is_backing_off()) {
      move = Move::kBackoffOver;
    } else if (model_.link() == Link::kOpening) {
      move = Move::kConnected;
    } else if (model_.link() != Link::kGreeting && fresh == 0) {
      move = Move::kSubmitLong;
      fresh = last_id_ + 1;
    }
    if (!Make(move)) return false;
    if (fresh != 0 && answered_id_ == fresh) return true;
  }
  return Violates("a request is answered once faults have stopped");
}

std::string ConnectionWalk::Key() const {
  StateKey key;
  model_.AppendTo(key, now_nanos_);
  ConnectionMachinePeer::AppendTo(key, machine_, model_, now_nanos_);
  return key.bytes();
}

ConnectionWalk::Event ConnectionWalk::EventOf(Move move) const {
  const uint64_t generation = model_.generation();
  switch (move) {
    case Move::kSubmitLate:
      return Submission(0);
    case Move::kSubmitShort:
      return Submission(kShortNanos);
    case Move::kSubmitMedium:
      return Submission(kMediumNanos);
    case Move::kSubmitLong:
      return Submission(kLongNanos);
    case Move::kConnected:
      return {.type = Event::Type::kConnected, .generation = generation};
    case Move::kReply:
      return {.type = Event::Type::kReply, .generation = generation};
    case Move::kErrorReply:
      return {.type = Event::Type::kReply, .generation = generation, .is_error = true};
    case Move::kHeard:
      return {.type = Event::Type::kHeard, .generation = generation};
    case Move::kLost:
      return {.type = Event::Type::kLost, .generation = generation};
    case Move::kConnectedBefore:
      return {.type = Event::Type::kConnected, .generation = generation - 1};
    case Move::kReplyBefore:
      return {.type = Event::Type::kReply, .generation = generation - 1};
    case Move::kHeardBefore:
      return {.type = Event::Type::kHeard, .generation = generation - 1};
    case Move::kLostBefore:
      return {.type = Event::Type::kLost, .generation = generation - 1};
    case Move::kBackoffOver:
      return {.type = Event::Type::kBackoffOver};
    case Move::kStop:
      return {.type = Event::Type::kStop};
    case Move::kTick:
    case Move::kWait:
      break;
  }
  return {.type = Event::Type::kTick};
}

ConnectionWalk::Event ConnectionWalk::Submission(int64_t time_nanos) const {
  return {.type = Event::Type::kSubmit,
          .request = last_id_ + 1,
          .deadline_nanos = now_nanos_ + time_nanos};
}

bool ConnectionWalk::Step(const Event& event) {
  if (event.type == Event::Type::kSubmit) last_id_ = event.request;
  ConnectionMachine::Actions actions;
  machine_.Step(event, now_nanos_, actions);
  for (const ConnectionMachine::Action& action : actions) {
    if (action.type == ConnectionMachine::Action::Type::kAnswer) answered_id_ = action.request;
  }
  if (log_ != nullptr) {
    log_->push_back(absl::StrCat("at ", now_nanos_, ": ", TextOf(event), " -> ",
                                 absl::StrJoin(TextOf(actions), ", ")));
  }
  if (!model_.Follow(event, now_nanos_, actions, machine_)) return Violates(model_.violation());
  return ConnectionMachinePeer::RequestsOf(machine_) == model_.open().size() ||
         Violates("it keeps the requests that are open, and no others");
}

bool ConnectionWalk::Violates(const std::string& promise) {
  violation_ = promise;
  return false;
}

}  // namespace cachestore::redis
