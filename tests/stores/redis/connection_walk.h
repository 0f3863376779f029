// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CONNECTION_WALK_H_
#define TESTS_STORES_REDIS_CONNECTION_WALK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stores/redis/connection_machine.h"
#include "tests/stores/redis/connection_model.h"

namespace cachestore::redis {

// A ConnectionMachine, the model that watches it, and the time: what a walk through the states goes
// on from. A value.
class ConnectionWalk {
 public:
  enum class Move : uint8_t {
    kSubmitLate,  // After its deadline.
    kSubmitShort,
    kSubmitMedium,
    kSubmitLong,
    kConnected,
    kReply,
    kErrorReply,
    kHeard,
    kLost,
    kConnectedBefore,  // These four: of the generation before.
    kReplyBefore,
    kHeardBefore,
    kLostBefore,
    kBackoffOver,
    kTick,
    kStop,
    kWait,  // Time passes. The tick may come late, so it is a move of its own.
  };
  static constexpr int kMoves = static_cast<int>(Move::kWait) + 1;

  // So many requests are open at a time.
  static constexpr size_t kMaxOpen = 3;

  bool CanMake(Move move) const {
    return move > Move::kSubmitLong || model_.open().size() < kMaxOpen;
  }

  // These three are false if that breaks a promise; violation() says which.
  bool Make(Move move);

  // Lets time pass and nothing come: all requests end, and soon nothing is left to wait for.
  bool EndByItself();

  // Has Redis do all that it is asked: then a request is answered.
  bool Recover();

  const std::string& violation() const { return violation_; }

  bool is_stopped() const { return model_.is_stopped(); }

  // Equal for two that can go on in the same ways only.
  std::string Key() const;

  // From here on, writes down what happens; `log` must outlive this and its copies.
  void LogTo(std::vector<std::string>& log) { log_ = &log; }

 private:
  using Event = ConnectionMachine::Event;

  Event EventOf(Move move) const;
  Event Submission(int64_t time_nanos) const;
  bool Step(const Event& event);
  bool Violates(const std::string& promise);

  // As short as can be with all orders that matter: a deadline between any two limits.
  static constexpr ConnectionTiming kTiming = {.connect_nanos = 3,
                                               .silence_nanos = 5,
                                               .stable_nanos = 2,
                                               .first_backoff_nanos = 1,
                                               .max_backoff_nanos = 4};
  static constexpr int64_t kShortNanos = 1;
  static constexpr int64_t kMediumNanos = 4;
  static constexpr int64_t kLongNanos = 7;
  static constexpr int kGreetingReplies = 2;

  ConnectionMachine machine_{kTiming, kGreetingReplies};
  ConnectionModel model_{kTiming, kGreetingReplies};
  int64_t now_nanos_ = 1'000;
  RequestId last_id_ = 0;      // No two requests have the same.
  RequestId answered_id_ = 0;  // The latest that was.
  std::string violation_;
  std::vector<std::string>* log_ = nullptr;
};

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_CONNECTION_WALK_H_
