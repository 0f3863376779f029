// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/lifetime.h"

#include "gtest/gtest.h"

namespace cachestore::http2 {
namespace {

using std::chrono::seconds;
using Act = Lifetime::Act;

constexpr Moment kStart = Moment(std::chrono::hours(1));

// One that has shaken hands, and whose peer is heard for as long as it is not silent.
class LifetimeTest : public testing::Test {
 protected:
  Lifetime Open(Lifetime::Limits limits = {}) {
    Lifetime lifetime(limits, kStart);
    lifetime.OnHandshake();
    return lifetime;
  }

  static Act IdleAt(Lifetime& lifetime, seconds after) {
    return lifetime.At(kStart + after, /*is_busy=*/false, /*is_blocked=*/false);
  }
};

TEST_F(LifetimeTest, APeerThatDoesNotShakeHandsIsGivenUp) {
  Lifetime lifetime({}, kStart);
  EXPECT_EQ(IdleAt(lifetime, seconds(9)), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(10));
  lifetime.OnHeard(kStart + seconds(9));
  EXPECT_EQ(IdleAt(lifetime, seconds(10)), Act::kClose) << "however much it says";
}

TEST_F(LifetimeTest, OneThatHasShakenHandsIsNotHeldToThatTime) {
  Lifetime lifetime = Open();
  EXPECT_EQ(IdleAt(lifetime, seconds(10)), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(120));
}

TEST_F(LifetimeTest, ASilentPeerIsAskedOnceAndThenGivenUp) {
  Lifetime lifetime = Open();
  EXPECT_EQ(IdleAt(lifetime, seconds(119)), Act::kNothing);
  EXPECT_EQ(IdleAt(lifetime, seconds(121)), Act::kPing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(141));
  EXPECT_EQ(IdleAt(lifetime, seconds(130)), Act::kNothing);
  EXPECT_EQ(IdleAt(lifetime, seconds(141)), Act::kClose);
}

TEST_F(LifetimeTest, OneThatAnswersIsAskedAgainAfterAsLongASilence) {
  Lifetime lifetime = Open();
  EXPECT_EQ(IdleAt(lifetime, seconds(120)), Act::kPing);
  lifetime.OnHeard(kStart + seconds(125));
  EXPECT_EQ(IdleAt(lifetime, seconds(141)), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(245));
  EXPECT_EQ(IdleAt(lifetime, seconds(245)), Act::kPing);
}

TEST_F(LifetimeTest, AConnectionWithoutCallsIsSentAwayWhereThatIsAskedFor) {
  Lifetime lifetime = Open({.idle = seconds(60)});
  EXPECT_EQ(lifetime.At(kStart + seconds(60), /*is_busy=*/true, false), Act::kNothing);
  lifetime.OnHeard(kStart + seconds(60));
  EXPECT_EQ(IdleAt(lifetime, seconds(119)), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(120));
  EXPECT_EQ(IdleAt(lifetime, seconds(120)), Act::kGoAway);
}

TEST_F(LifetimeTest, AnOldConnectionIsSentAwayAndHasItsGrace) {
  Lifetime lifetime = Open({.age = seconds(100), .grace = seconds(5)});
  EXPECT_EQ(lifetime.At(kStart + seconds(100), /*is_busy=*/true, false), Act::kGoAway);
  EXPECT_EQ(lifetime.next(), kStart + seconds(105));
  EXPECT_EQ(lifetime.At(kStart + seconds(104), true, false), Act::kNothing);
  EXPECT_EQ(lifetime.At(kStart + seconds(105), true, false), Act::kClose);
}

TEST_F(LifetimeTest, APeerThatReadsNothingIsGivenUp) {
  Lifetime lifetime = Open();
  lifetime.OnMoved(kStart + seconds(10));
  lifetime.OnHeard(kStart + seconds(39));
  EXPECT_EQ(lifetime.At(kStart + seconds(39), true, /*is_blocked=*/true), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kStart + seconds(40));
  lifetime.OnMoved(kStart + seconds(39));
  EXPECT_EQ(lifetime.At(kStart + seconds(68), true, true), Act::kNothing);
  EXPECT_EQ(lifetime.At(kStart + seconds(69), true, true), Act::kClose);
}

TEST_F(LifetimeTest, NothingIsDueWithoutLimits) {
  constexpr auto kForever = Lifetime::Duration::max();
  Lifetime lifetime({.handshake = kForever, .silence = kForever, .stall = kForever}, kStart);
  EXPECT_EQ(lifetime.At(kStart + std::chrono::hours(10'000), true, true), Act::kNothing);
  EXPECT_EQ(lifetime.next(), kNever);
}

}  // namespace
}  // namespace cachestore::http2
