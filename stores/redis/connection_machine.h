// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_MACHINE_H_
#define STORES_REDIS_CONNECTION_MACHINE_H_

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

namespace cachestore::redis {

// A request of the connection, by a number that no other one has while this one is open.
using RequestId = uint32_t;

// The times that a ConnectionMachine goes by, in nanoseconds.
struct ConnectionTiming {
  int64_t connect_nanos = 1'000'000'000;  // To become ready: resolving, TLS and greeting included.
  int64_t silence_nanos = 1'500'000'000;  // A Redis that owes replies and sends nothing is gone.
  int64_t stable_nanos = 100'000'000;     // What lasted so long is connected again without a pause.
  int64_t first_backoff_nanos = 20'000'000;
  int64_t max_backoff_nanos = 500'000'000;
};

// What one connection to a Redis does about its faults, its timers and its requests: a pure state
// machine, which does no I/O, reads no clock and throws no dice. A value: copies go their own ways.
// Not thread-safe.
//
//   idle -> connecting -> greeting -> ready -> (lost) -> connecting, or backing off -> connecting
//
// It promises, whatever the events and their order:
//  - each request that was submitted is answered or failed exactly once;
//  - none is written before the greeting was accepted, none after its deadline, and none twice:
//    what was written on a connection that is lost has failed, as nobody knows whether it was
//    applied;
//  - a reply answers the oldest request of its own connection that has none yet;
//  - requests wait for a first connection, and for the one that follows the loss of a good one;
//    once an attempt has failed, they fail at once, until there is a connection again;
//  - nothing is kept beyond the requests that are open.
class ConnectionMachine {
 public:
  struct Event {
    enum class Type {
      kSubmit,       // `request` wants an answer by `deadline_nanos`.
      kConnected,    // The connection can carry bytes. This and the next three: of `generation`.
      kReply,        // A whole reply has come in; `is_error` tells what kind.
      kHeard,        // Bytes have come in.
      kLost,         // It cannot be had, or has ended, or what came in is no protocol.
      kBackoffOver,  // What kBackOff asked for.
      kTick,         // next_tick_nanos() may have come.
      kStop,         // Nothing is to happen any more.
    };
    Type type;
    uint64_t generation = 0;
    RequestId request = 0;
    int64_t deadline_nanos = 0;
    bool is_error = false;
  };

  // Why a request failed.
  enum class Failure {
    kNotConnected,   // It was not written: there is no connection, and none was waited for.
    kExpiredUnsent,  // It was not written until its deadline.
    kExpired,        // It was written, and no reply has come until its deadline.
    kLost,           // It was written, and the connection was lost.
  };

  // What is to be done, in this order, for each event.
  struct Action {
    enum class Type {
      kConnect,     // Open the connection `generation`, and send kConnected or kLost.
      kGreet,       // Write the greeting.
      kWrite,       // Write `request`.
      kAnswer,      // Give `request` the reply that has just come in. It is closed.
      kFail,        // Tell `request` of its `failure`. It is closed, except by kExpired.
      kForget,      // An expired request is closed: its reply has come, or will not.
      kDisconnect,  // Close the connection, or give up opening it.
      kBackOff,     // Send kBackoffOver in about `nanos`: less, by chance, but not below a half.
    };
    Type type;
    uint64_t generation = 0;
    RequestId request = 0;
    Failure failure = Failure::kLost;
    int64_t nanos = 0;
  };
  using Actions = std::vector<Action>;

  // Of a greeting, so many replies are awaited: at least one.
  ConnectionMachine(const ConnectionTiming& timing, int greeting_replies)
      : timing_(timing), greeting_replies_(greeting_replies) {}

  // Takes in what has happened at `now_nanos`, and appends what is to be done about it. Events of
  // another generation than the last one connected change nothing. O(1); kTick, kLost and kStop
  // O(open requests).
  void Step(const Event& event, int64_t now_nanos, Actions& actions);

  // When the next kTick is due, at the latest: never after something needs it, perhaps before.
  int64_t next_tick_nanos() const;
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  bool is_ready() const { return phase_ == Phase::kReady; }
  bool is_greeting() const { return phase_ == Phase::kGreeting; }
  // While greeting: which reply of the greeting comes next, counted from 0.
  int next_greeting_reply() const { return greeting_replies_ - greeting_replies_left_; }

  // The request that the next reply of this connection is for.
  size_t sent() const { return sent_.size(); }  // Those that have no reply yet.
  std::optional<RequestId> oldest_sent() const {
    if (sent_.empty()) return std::nullopt;
    return sent_.front().id;
  }

  // How many attempts have failed since there was a good connection.
  int failures() const { return failures_; }

 private:
  friend class ConnectionMachinePeer;  // Of the test that walks all states.

  enum class Phase { kIdle, kConnecting, kGreeting, kReady, kBackingOff, kStopped };

  struct Request {
    RequestId id;
    bool expired;
    int64_t deadline_nanos;
  };

  bool IsOpening() const { return phase_ == Phase::kConnecting || phase_ == Phase::kGreeting; }
  bool IsConnected() const { return IsOpening() || phase_ == Phase::kReady; }
  void Submit(const Event& event, int64_t now_nanos, Actions& actions);
  void Connect(int64_t now_nanos, Actions& actions);
  void TakeReply(bool is_error, int64_t now_nanos, Actions& actions);
  void BecomeReady(int64_t now_nanos, Actions& actions);
  void Write(const Request& request, int64_t now_nanos, Actions& actions);
  void Tick(int64_t now_nanos, Actions& actions);
  void ExpireRequests(int64_t now_nanos, Actions& actions);
  void Lose(bool misbehaved, int64_t now_nanos, Actions& actions);
  void FailAll(Actions& actions);

  ConnectionTiming timing_;
  int greeting_replies_;

  Phase phase_ = Phase::kIdle;
  uint64_t generation_ = 0;
  int failures_ = 0;
  int greeting_replies_left_ = 0;
  int64_t connect_until_nanos_ = 0;
  int64_t ready_since_nanos_ = 0;
  int64_t silent_since_nanos_ = 0;
  int64_t earliest_deadline_nanos_ = kNever;  // Of no open request is it earlier.
  std::deque<Request> waiting_;               // Until the greeting is accepted.
  std::deque<Request> sent_;                  // Written and not replied to, oldest first.
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_MACHINE_H_
