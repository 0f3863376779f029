// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CONNECTION_MODEL_H_
#define TESTS_STORES_REDIS_CONNECTION_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "stores/redis/connection_machine.h"
#include "tests/stores/redis/state_key.h"

namespace cachestore::redis {

// What ConnectionMachine promises, as one who watches it knows it: follows the events and the
// actions of a machine, and says where they break a promise. A value.
class ConnectionModel {
 public:
  using Event = ConnectionMachine::Event;
  using Action = ConnectionMachine::Action;

  enum class Link { kNone, kOpening, kGreeting, kReady };

  // A request that was submitted and is not closed.
  struct Request {
    RequestId id;
    int64_t deadline_nanos;
    bool is_written = false;
    bool is_expired = false;
  };

  ConnectionModel(const ConnectionTiming& timing, int greeting_replies)
      : timing_(timing), greeting_replies_(greeting_replies) {}

  // Takes in that `event` led a machine to `actions`, and left it as `after`. False if that breaks
  // a promise; violation() says which.
  bool Follow(const Event& event, int64_t now_nanos, const ConnectionMachine::Actions& actions,
              const ConnectionMachine& after);
  const std::string& violation() const { return violation_; }

  // In the order in which they were submitted.
  const std::vector<Request>& open() const { return open_; }
  Link link() const { return link_; }
  uint64_t generation() const { return generation_; }
  bool is_backing_off() const { return is_backing_off_; }
  bool is_stopped() const { return is_stopped_; }

  // Adds all that decides what may come.
  void AppendTo(StateKey& key, int64_t now_nanos) const;

 private:
  void Expect(bool holds, const char* promise) {
    if (!holds && violation_.empty()) violation_ = promise;
  }

  // What the event itself changes, and what it must lead to.
  void Begin(const Event& event);
  void BeginReply(bool is_error);
  bool IsLate() const;
  bool WasGood() const;

  void Do(const Action& action);
  void Connect(const Action& action);
  void Write(const Action& action);
  void Close(const Action& action);
  void Fail(const Action& action);
  void Disconnect();
  void BackOff(const Action& action);

  void CheckStep(bool is_quiet);
  void CheckMachine(const ConnectionMachine& machine);

  std::vector<Request>::iterator Find(RequestId id);
  const Request* OldestSent() const;

  ConnectionTiming timing_;
  int greeting_replies_;

  std::vector<Request> open_;
  Link link_ = Link::kNone;
  uint64_t generation_ = 0;
  int greeting_replies_left_ = 0;
  bool is_backing_off_ = false;
  bool is_stopped_ = false;
  int failures_ = 0;
  int64_t opened_at_nanos_ = 0;
  int64_t ready_at_nanos_ = 0;
  int64_t silent_since_nanos_ = 0;

  // Of this step.
  Event event_ = {};
  int64_t now_nanos_ = 0;
  bool is_of_connection_ = false;
  bool must_refuse_ = false;  // The request that comes.
  bool may_connect_ = false;
  bool must_greet_ = false;
  bool must_close_ = false;   // The oldest request that was written.
  bool must_lose_ = false;    // The connection, by this event.
  bool must_return_ = false;  // At once, as it was a good one.
  bool has_disconnected_ = false;
  std::string violation_;
};

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_CONNECTION_MODEL_H_
