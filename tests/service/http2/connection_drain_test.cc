// SPDX-License-Identifier: Apache-2.0

// How a connection ends in order.
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/connection_fixture.h"

namespace cachestore::http2 {
namespace {

constexpr int32_t kFirstStream = 1;
constexpr int32_t kAnyStream = std::numeric_limits<int32_t>::max();

class ConnectionDrainTest : public ConnectionTest {
 protected:
  // Lets the peer hear that it is to go elsewhere, and keeps what it answers. It has a call in
  // flight: without one, nghttp2's client would just hang up.
  std::string Announce() {
    peer_->Call(kHold, "hello");
    Pump();
    connection_->AnnounceGoAway();
    EXPECT_TRUE(peer_->Receive(TakeOutput()));
    EXPECT_EQ(peer_->last_stream(), kAnyStream) << "anything that is on its way is served";
    return peer_->Take();
  }
};

TEST_F(ConnectionDrainTest, WhatComesBeforeThePeerHasAnsweredIsServed) {
  const std::string answer = Announce();
  // nghttp2's client sends nothing new on a connection that goes away, so another one does.
  EXPECT_FALSE(connection_->is_going());
  Peer late;
  nghttp2_session_set_next_stream_id(late.session(), 3);
  const int32_t stream = late.Call(kEcho, "late");
  std::string bytes = late.Take();
  // From its HEADERS on: what comes before has been.
  constexpr size_t kLengthBytes = 3;
  bytes.erase(0, bytes.find(std::string("\1\4\0\0\0\3", 6)) - kLengthBytes);
  connection_->Receive(bytes);
  EXPECT_EQ(door_.counts().finished, 1) << "the call on stream " << stream << " was served";
  connection_->Receive(answer);
  EXPECT_TRUE(connection_->is_going());
}

TEST_F(ConnectionDrainTest, CallsInFlightGetTheirAnswersAndThenTheConnectionIsOver) {
  connection_->Receive(Announce());
  Pump();
  EXPECT_TRUE(connection_->is_going());
  EXPECT_EQ(peer_->last_stream(), kFirstStream);
  EXPECT_FALSE(connection_->is_over());
  held_[0]->Finish({}, absl::Cord("done"));
  held_.clear();
  Pump();
  EXPECT_EQ(peer_->reply(kFirstStream).body, Peer::Framed("done"));
  EXPECT_TRUE(connection_->is_over());
}

TEST_F(ConnectionDrainTest, APeerThatDoesNotAnswerIsSentAwayAllTheSame) {
  Announce();
  connection_->GoAway();
  Pump();
  EXPECT_TRUE(connection_->is_going());
  EXPECT_EQ(peer_->last_stream(), kFirstStream);
}

TEST_F(ConnectionDrainTest, TheAnswerToAnEarlierPingIsNone) {
  options_.lifetime.silence = std::chrono::seconds(10);
  Connect();
  peer_->Call(kHold, "hello");
  Pump();
  Pass(std::chrono::seconds(10));
  EXPECT_TRUE(peer_->Receive(TakeOutput()));
  connection_->AnnounceGoAway();
  connection_->Receive(peer_->Take());
  EXPECT_EQ(peer_->pings(), 1);
  EXPECT_FALSE(connection_->is_going());
}

TEST_F(ConnectionDrainTest, OneThatHasNotBegunIsSentAwayAtOnce) {
  connection_->AnnounceGoAway();
  EXPECT_TRUE(connection_->is_going());
}

TEST_F(ConnectionDrainTest, AConnectionThatHasReachedItsAgeIsDrained) {
  options_.lifetime.age = std::chrono::seconds(60);
  Connect();
  EXPECT_EQ(Call(kEcho, "hello").status(), "0");
  Pass(std::chrono::seconds(60));
  Pump();
  EXPECT_EQ(peer_->last_stream(), kAnyStream);
  EXPECT_EQ(nghttp2_session_want_read(peer_->session()), 0) << "it would hang up now";
}

}  // namespace
}  // namespace cachestore::http2
