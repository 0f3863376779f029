// SPDX-License-Identifier: Apache-2.0

// Short scripts of events. That the machine keeps its promises whatever the events and their order
// is for connection_machine_exploration_test.cc.
#include "stores/redis/connection_machine.h"

#include <optional>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/stores/redis/connection_script.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConnectionMachineTest : public ConnectionScriptTest {};

TEST_F(ConnectionMachineTest, FirstRequestConnects) {
  EXPECT_THAT(Submit(1), ElementsAre("connect 1"));
  EXPECT_THAT(Submit(2), IsEmpty()) << "one connection is enough";
}

TEST_F(ConnectionMachineTest, WithoutARequestNothingHappens) {
  EXPECT_EQ(TimeToNextTick(), absl::InfiniteDuration());
  EXPECT_THAT(TickAfter(absl::Hours(1)), IsEmpty());
  EXPECT_THAT(BackoffOver(), IsEmpty());
  generation_ = 0;
  EXPECT_THAT(Connected(), IsEmpty());
  EXPECT_THAT(Lost(), IsEmpty());
}

TEST_F(ConnectionMachineTest, GreetsOnceConnected) {
  Submit(1);
  EXPECT_THAT(Connected(), ElementsAre("greet"));
  EXPECT_TRUE(machine_.is_greeting());
  EXPECT_THAT(Connected(), IsEmpty()) << "once";
}

TEST_F(ConnectionMachineTest, NothingIsWrittenBeforeTheWholeGreetingIsAccepted) {
  Submit(1);
  Connected();
  EXPECT_THAT(Submit(2), IsEmpty());
  EXPECT_THAT(Reply(), IsEmpty()) << "that was to AUTH; PING is still to come";
  EXPECT_FALSE(machine_.is_ready());
  EXPECT_THAT(Submit(3), IsEmpty());
  EXPECT_THAT(Reply(), ElementsAre("write 1", "write 2", "write 3"));
  EXPECT_TRUE(machine_.is_ready());
}

TEST_F(ConnectionMachineTest, RequestThatComesAfterItsDeadlineIsNotWritten) {
  EXPECT_THAT(Submit(1, absl::ZeroDuration()), ElementsAre("fail 1: expired unsent"));
  Submit(2);
  Connected();
  Reply();
  Reply();
  EXPECT_THAT(Submit(3, absl::ZeroDuration()), ElementsAre("fail 3: expired unsent"));
  EXPECT_THAT(Submit(4, -absl::Seconds(1)), ElementsAre("fail 4: expired unsent"));
}

TEST_F(ConnectionMachineTest, RefusedGreetingIsAFailedAttempt) {
  Submit(1);
  Connected();
  EXPECT_THAT(ErrorReply(),
              ElementsAre("fail 1: not connected", "disconnect", "back off for 20ms"));
}

TEST_F(ConnectionMachineTest, ReadyConnectionWritesAtOnce) {
  BecomeStable();
  EXPECT_THAT(Submit(1), ElementsAre("write 1"));
  EXPECT_THAT(Submit(2), ElementsAre("write 2"));
}

TEST_F(ConnectionMachineTest, RepliesAnswerTheOldestFirst) {
  BecomeStable();
  Submit(7);
  Submit(3);
  EXPECT_EQ(machine_.oldest_sent(), 7);
  EXPECT_THAT(Reply(), ElementsAre("answer 7"));
  EXPECT_EQ(machine_.oldest_sent(), 3);
  EXPECT_THAT(Reply(), ElementsAre("answer 3"));
  EXPECT_EQ(machine_.oldest_sent(), std::nullopt);
}

TEST_F(ConnectionMachineTest, ErrorOfARequestIsItsAnswer) {
  BecomeStable();
  Submit(1);
  EXPECT_THAT(ErrorReply(), ElementsAre("answer 1"));
  EXPECT_TRUE(machine_.is_ready());
}

TEST_F(ConnectionMachineTest, RequestThatWaitsExpires) {
  Submit(1, absl::Milliseconds(10));
  Submit(2, absl::Milliseconds(20));
  EXPECT_EQ(TimeToNextTick(), absl::Milliseconds(10));
  EXPECT_THAT(TickAfter(absl::Milliseconds(10)), ElementsAre("fail 1: expired unsent"));
  EXPECT_EQ(TimeToNextTick(), absl::Milliseconds(10));
  EXPECT_THAT(BecomeReady(), ElementsAre("write 2")) << "that of the other comes to nobody";
}

TEST_F(ConnectionMachineTest, ExpiredRequestSwallowsItsLateReply) {
  BecomeStable();
  Submit(1, absl::Milliseconds(10));
  Submit(2, absl::Milliseconds(20));
  EXPECT_THAT(TickAfter(absl::Milliseconds(10)), ElementsAre("fail 1: expired"));
  EXPECT_THAT(Tick(), IsEmpty()) << "once";
  EXPECT_EQ(machine_.oldest_sent(), 1);
  EXPECT_THAT(Reply(), ElementsAre("forget 1"));
  EXPECT_THAT(Reply(), ElementsAre("answer 2"));
}

TEST_F(ConnectionMachineTest, StopFailsWhoWaitsAndClosesTheConnection) {
  BecomeStable();
  Submit(1, absl::Milliseconds(10));
  Submit(2);
  TickAfter(absl::Milliseconds(10));
  EXPECT_THAT(Stop(), ElementsAre("forget 1", "fail 2: lost", "disconnect"));
}

TEST_F(ConnectionMachineTest, StopGivesUpConnecting) {
  Submit(1);
  EXPECT_THAT(Stop(), ElementsAre("fail 1: not connected", "disconnect"));
}

TEST_F(ConnectionMachineTest, NothingHappensAfterStop) {
  Submit(1);
  Lost();
  EXPECT_THAT(Stop(), IsEmpty()) << "while it pauses there is nothing to close";
  EXPECT_THAT(BackoffOver(), IsEmpty());
  EXPECT_THAT(Connected(), IsEmpty());
  EXPECT_THAT(Reply(), IsEmpty());
  EXPECT_THAT(Lost(), IsEmpty());
  EXPECT_THAT(TickAfter(absl::Hours(1)), IsEmpty());
  EXPECT_THAT(Stop(), IsEmpty());
  EXPECT_THAT(Submit(2), ElementsAre("fail 2: not connected"));
}

}  // namespace
}  // namespace cachestore::redis
