// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CONNECTION_SCRIPT_H_
#define TESTS_STORES_REDIS_CONNECTION_SCRIPT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/redis/connection_machine.h"
#include "tests/stores/redis/connection_machine_text.h"

namespace cachestore::redis {

// A ConnectionMachine that a test tells what happens, each call returning what is to be done, as
// TextOf puts it.
class ConnectionScriptTest : public ::testing::Test {
 protected:
  static constexpr ConnectionTiming kTiming = {.connect_nanos = 1'000'000'000,
                                               .silence_nanos = 1'500'000'000,
                                               .stable_nanos = 100'000'000,
                                               .first_backoff_nanos = 20'000'000,
                                               .max_backoff_nanos = 500'000'000};
  static constexpr int kGreetingReplies = 2;

  using Did = std::vector<std::string>;
  using Type = ConnectionMachine::Event::Type;

  Did Step(const ConnectionMachine::Event& event) {
    ConnectionMachine::Actions actions;
    machine_.Step(event, now_nanos_, actions);
    return TextOf(actions);
  }

  Did Submit(RequestId request, absl::Duration time = absl::Milliseconds(500)) {
    return Step({.type = Type::kSubmit,
                 .request = request,
                 .deadline_nanos = now_nanos_ + absl::ToInt64Nanoseconds(time)});
  }
  Did Connected() { return Step({.type = Type::kConnected, .generation = generation_}); }
  Did Reply() { return Step({.type = Type::kReply, .generation = generation_}); }
  Did ErrorReply() {
    return Step({.type = Type::kReply, .generation = generation_, .is_error = true});
  }
  Did Heard() { return Step({.type = Type::kHeard, .generation = generation_}); }
  Did Lost() { return Step({.type = Type::kLost, .generation = generation_}); }
  Did BackoffOver() { return Step({.type = Type::kBackoffOver}); }
  Did Tick() { return Step({.type = Type::kTick}); }
  Did Stop() { return Step({.type = Type::kStop}); }

  Did TickAfter(absl::Duration time) {
    Wait(time);
    return Tick();
  }
  void Wait(absl::Duration time) { now_nanos_ += absl::ToInt64Nanoseconds(time); }

  absl::Duration TimeToNextTick() const {
    if (machine_.next_tick_nanos() == ConnectionMachine::kNever) return absl::InfiniteDuration();
    return absl::Nanoseconds(machine_.next_tick_nanos() - now_nanos_);
  }

  // Has the connection that is being opened accept the greeting. Returns what the last reply of it
  // led to.
  Did BecomeReady() {
    EXPECT_THAT(Connected(), ::testing::ElementsAre("greet"));
    for (int i = 1; i < kGreetingReplies; ++i) EXPECT_THAT(Reply(), ::testing::IsEmpty());
    return Reply();
  }

  // Has a connection that nobody waits for, as old as a good one is.
  void BecomeStable() {
    Submit(99, absl::Hours(1));
    BecomeReady();
    EXPECT_THAT(Reply(), ::testing::ElementsAre("answer 99"));
    Wait(absl::Nanoseconds(kTiming.stable_nanos));
  }

  // Loses connection after connection, and has the pauses taken between them.
  void FailAttempts(int attempts) {
    Submit(99);
    for (int i = 0; i < attempts; ++i) {
      if (i > 0) BackoffOver();
      generation_ = i + 1;
      Lost();
    }
  }

  ConnectionMachine machine_{kTiming, kGreetingReplies};
  int64_t now_nanos_ = 5'000'000'000;
  uint64_t generation_ = 1;  // Of the events.
};

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_CONNECTION_SCRIPT_H_
