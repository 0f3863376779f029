// SPDX-License-Identifier: Apache-2.0

// Short scripts of events: how connections end, and what follows.
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/redis/connection_machine.h"
#include "tests/stores/redis/connection_script.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConnectionMachineLossTest : public ConnectionScriptTest {};

TEST_F(ConnectionMachineLossTest, ReplyThatNobodyAskedForEndsTheConnection) {
  BecomeStable();
  EXPECT_THAT(Reply(), ElementsAre("disconnect", "back off for 20ms"));
}

TEST_F(ConnectionMachineLossTest, LossFailsWhatWasWrittenAndReconnectsAtOnce) {
  BecomeStable();
  Submit(1);
  Submit(2);
  EXPECT_THAT(Lost(), ElementsAre("fail 1: lost", "fail 2: lost", "disconnect", "connect 2"));
}

TEST_F(ConnectionMachineLossTest, RequestsWaitForTheConnectionAfterAGoodOne) {
  BecomeStable();
  Lost();
  generation_ = 2;
  EXPECT_THAT(Submit(1), IsEmpty());
  EXPECT_THAT(BecomeReady(), ElementsAre("write 1"));
}

TEST_F(ConnectionMachineLossTest, ConnectionThatIsLostTooSoonIsAFailedAttempt) {
  Submit(1);
  BecomeReady();
  Wait(absl::Nanoseconds(kTiming.stable_nanos - 1));
  EXPECT_THAT(Lost(), ElementsAre("fail 1: lost", "disconnect", "back off for 20ms"));
}

TEST_F(ConnectionMachineLossTest, AfterAFailedAttemptRequestsFailAtOnce) {
  Submit(1);
  EXPECT_THAT(Lost(), ElementsAre("fail 1: not connected", "disconnect", "back off for 20ms"));
  EXPECT_THAT(Submit(2), ElementsAre("fail 2: not connected")) << "while it pauses";
  EXPECT_THAT(BackoffOver(), ElementsAre("connect 2"));
  generation_ = 2;
  EXPECT_THAT(Submit(3), ElementsAre("fail 3: not connected")) << "while it tries again";
  Connected();
  EXPECT_THAT(Submit(4), ElementsAre("fail 4: not connected")) << "while it greets";
  Reply();
  Reply();
  EXPECT_THAT(Submit(5), ElementsAre("write 5"));
}

TEST_F(ConnectionMachineLossTest, BackoffDoublesUpToItsLimit) {
  Submit(1);
  std::vector<std::string> pauses;
  for (generation_ = 1; generation_ <= 8; ++generation_) {
    pauses.push_back(Lost().back());
    BackoffOver();
  }
  EXPECT_THAT(pauses, ElementsAre("back off for 20ms", "back off for 40ms", "back off for 80ms",
                                  "back off for 160ms", "back off for 320ms", "back off for 500ms",
                                  "back off for 500ms", "back off for 500ms"));
}

TEST_F(ConnectionMachineLossTest, LostGoodConnectionIsNoFailedAttempt) {
  FailAttempts(4);
  EXPECT_EQ(machine_.failures(), 4);
  BackoffOver();
  generation_ = 5;
  BecomeReady();
  Wait(absl::Nanoseconds(kTiming.stable_nanos));
  EXPECT_THAT(Lost(), ElementsAre("disconnect", "connect 6"));
  EXPECT_EQ(machine_.failures(), 0);
}

TEST_F(ConnectionMachineLossTest, BackoffBeginsAnewWhenAGoodConnectionFallsSilent) {
  FailAttempts(4);
  BackoffOver();
  generation_ = 5;
  BecomeReady();
  Wait(absl::Hours(1));
  Submit(1, absl::Hours(1));
  EXPECT_THAT(TickAfter(absl::Nanoseconds(kTiming.silence_nanos)),
              ElementsAre("fail 1: lost", "disconnect", "back off for 20ms"));
  EXPECT_EQ(machine_.failures(), 1);
}

TEST_F(ConnectionMachineLossTest, LossForgetsTheExpiredAndFailsTheRest) {
  BecomeStable();
  Submit(1, absl::Milliseconds(10));
  Submit(2, absl::Milliseconds(20));
  TickAfter(absl::Milliseconds(10));
  EXPECT_THAT(Lost(), ElementsAre("forget 1", "fail 2: lost", "disconnect", "connect 2"));
}

TEST_F(ConnectionMachineLossTest, EventsOfAnEarlierConnectionChangeNothing) {
  BecomeStable();
  Lost();
  EXPECT_THAT(Connected(), IsEmpty());
  generation_ = 2;
  Submit(1, absl::Hours(1));
  BecomeReady();

  generation_ = 1;
  EXPECT_THAT(Reply(), IsEmpty());
  EXPECT_THAT(Lost(), IsEmpty());
  Wait(absl::Nanoseconds(kTiming.silence_nanos));
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_THAT(Tick(), ElementsAre("fail 1: lost", "disconnect", "back off for 20ms"))
      << "what was heard was of another connection";
}

TEST_F(ConnectionMachineLossTest, ConnectionThatOwesRepliesAndIsSilentIsLost) {
  BecomeStable();
  Submit(1, absl::Hours(1));
  const absl::Duration silence = absl::Nanoseconds(kTiming.silence_nanos);
  EXPECT_EQ(TimeToNextTick(), silence);
  EXPECT_THAT(TickAfter(silence - absl::Nanoseconds(1)), IsEmpty());
  EXPECT_THAT(TickAfter(absl::Nanoseconds(1)),
              ElementsAre("fail 1: lost", "disconnect", "back off for 20ms"));
}

TEST_F(ConnectionMachineLossTest, BytesEndASilence) {
  BecomeStable();
  Submit(1, absl::Hours(1));
  const absl::Duration silence = absl::Nanoseconds(kTiming.silence_nanos);
  Wait(silence - absl::Nanoseconds(1));
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(TimeToNextTick(), silence);
  EXPECT_THAT(TickAfter(silence - absl::Nanoseconds(1)), IsEmpty());
}

TEST_F(ConnectionMachineLossTest, ConnectionThatOwesNothingMayBeSilent) {
  BecomeStable();
  EXPECT_THAT(TickAfter(absl::Hours(1)), IsEmpty());
  EXPECT_EQ(TimeToNextTick(), absl::InfiniteDuration());
  Submit(1, absl::Hours(1));
  EXPECT_THAT(Tick(), IsEmpty()) << "silence begins with what it owes";
}

TEST_F(ConnectionMachineLossTest, ConnectingAndGreetingTogetherHaveALimit) {
  Submit(1, absl::Hours(1));
  EXPECT_EQ(TimeToNextTick(), absl::Nanoseconds(kTiming.connect_nanos));
  Wait(absl::Nanoseconds(kTiming.connect_nanos - 1));
  Connected();
  Reply();
  EXPECT_THAT(Tick(), IsEmpty());
  EXPECT_THAT(TickAfter(absl::Nanoseconds(1)),
              ElementsAre("fail 1: not connected", "disconnect", "back off for 20ms"));
}

TEST_F(ConnectionMachineLossTest, ConnectingHasALimit) {
  Submit(1, absl::Hours(1));
  EXPECT_THAT(TickAfter(absl::Nanoseconds(kTiming.connect_nanos)),
              ElementsAre("fail 1: not connected", "disconnect", "back off for 20ms"));
  EXPECT_EQ(TimeToNextTick(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace cachestore::redis
