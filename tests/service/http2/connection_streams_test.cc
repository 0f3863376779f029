// SPDX-License-Identifier: Apache-2.0

// Streaming calls on a connection.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/connection_fixture.h"

namespace cachestore::http2 {
namespace {

using testing::ElementsAre;

class ConnectionStreamsTest : public ConnectionTest {
 protected:
  // Opens a stream that has sent these messages.
  int32_t Open(const std::string& body = "", bool is_last = false) {
    const int32_t stream = peer_->Send(Peer::GrpcHeaders(kStream), body, is_last);
    Pump();
    return stream;
  }
};

TEST_F(ConnectionStreamsTest, CarriesMessagesBothWaysUntilTheHandlerEndsIt) {
  const int32_t stream = Open(Peer::Framed("one"));
  EXPECT_THAT(handler_->messages, ElementsAre("one"));
  streams_[0]->WriteLatest(absl::Cord("first"));
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed("first"));
  EXPECT_EQ(handler_->sent, 1);
  peer_->SendMore(stream, Peer::Framed("two"), true);
  Pump();
  EXPECT_THAT(handler_->messages, ElementsAre("one", "two"));
  EXPECT_TRUE(handler_->is_half_closed);
  streams_[0]->AddTrailingMetadata("x-last", "1");
  streams_[0]->Finish(absl::OkStatus());
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "0");
  EXPECT_EQ(peer_->reply(stream).Field("x-last"), "1");
  EXPECT_TRUE(peer_->reply(stream).is_closed);
}

TEST_F(ConnectionStreamsTest, WhatIsWrittenBeforeTheEndIsSentBeforeTheEnd) {
  const int32_t stream = Open();
  queue_.is_elsewhere = true;
  streams_[0]->WriteLatest(absl::Cord("last"));
  streams_[0]->Finish(absl::NotFoundError("done"));
  streams_[0]->WriteLatest(absl::Cord("too late"));
  queue_.DoHandedOver();
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed("last"));
  EXPECT_EQ(peer_->reply(stream).status(), "5");
}

TEST_F(ConnectionStreamsTest, OfWhatWaitsForACallerWhoDoesNotReadOnlyTheLatestIsKept) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/0));
  const int32_t stream = Open();
  for (const char* message : {"first", "second", "third"}) {
    streams_[0]->WriteLatest(absl::Cord(message));
  }
  Pump();
  nghttp2_submit_window_update(peer_->session(), 0, stream, 1000);
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed("first") + Peer::Framed("third"));
}

TEST_F(ConnectionStreamsTest, ACallerWhoDoesNotReadItsRepliesIsNotReadEither) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/0));
  const int32_t stream = Open(Peer::Framed("one"));
  streams_[0]->WriteLatest(absl::Cord("reply"));
  peer_->SendMore(stream, Peer::Framed("two") + Peer::Framed("three"), false);
  Pump();
  EXPECT_THAT(handler_->messages, ElementsAre("one"));
  nghttp2_submit_window_update(peer_->session(), 0, stream, 1000);
  Pump();
  EXPECT_THAT(handler_->messages, ElementsAre("one", "two", "three"));
}

TEST_F(ConnectionStreamsTest, NoMoreThanAWindowComesThatTheHandlerHasNotSeen) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/0));
  const int32_t stream = Open(Peer::Framed("one"));
  streams_[0]->WriteLatest(absl::Cord("reply"));
  for (int i = 0; i < 100; ++i) {
    peer_->SendMore(stream, Peer::Framed(std::string(10'000, 'v')), false);
  }
  Pump();
  EXPECT_EQ(peer_->window_updates(stream), 0);
  nghttp2_submit_window_update(peer_->session(), 0, stream, 1000);
  Pump();
  EXPECT_EQ(handler_->messages.size(), 101);
  EXPECT_GT(peer_->window_updates(stream), 0);
}

TEST_F(ConnectionStreamsTest, AMessageThatMightNeverFitItsWindowIsRefused) {
  const int32_t stream = Open(Peer::Framed(std::string(140'000, 'v')));
  EXPECT_EQ(peer_->reply(stream).status(), "8");
  const int32_t other =
      Open(Peer::Framed(std::string(100'000, 'v')) + Peer::Framed(std::string(131'000, 'v')) +
           Peer::Framed(std::string(131'000, 'v')));
  EXPECT_FALSE(peer_->reply(other).is_closed);
  EXPECT_EQ(handler_->messages.size(), 3);
}

TEST_F(ConnectionStreamsTest, MessagesThatEndInTheMiddleOfOneEndTheCall) {
  const int32_t stream = Open(Peer::Framed("one").substr(0, 6), true);
  EXPECT_EQ(peer_->reply(stream).status(), "13");
  EXPECT_TRUE(handler_->messages.empty());
}

TEST_F(ConnectionStreamsTest, ACancelledStreamLetsItsHandlerGo) {
  const int32_t stream = Open(Peer::Framed("one"));
  const std::weak_ptr<KeepingHandler> handler = handler_;
  handler_ = nullptr;
  nghttp2_submit_rst_stream(peer_->session(), 0, stream, NGHTTP2_CANCEL);
  Pump();
  EXPECT_TRUE(handler.expired());
  streams_[0]->WriteLatest(absl::Cord("too late"));
  streams_[0]->Finish(absl::OkStatus());
  EXPECT_EQ(TakeOutput(), "");
  EXPECT_EQ(door_.counts().finished, 1);
}

TEST_F(ConnectionStreamsTest, AStreamMayOutliveItsConnection) {
  Open();
  connection_.reset();
  queue_.is_elsewhere = true;
  streams_[0]->WriteLatest(absl::Cord("too late"));
  streams_[0]->Finish(absl::OkStatus());
  queue_.DoHandedOver();
  EXPECT_EQ(door_.counts().finished, 1);
}

TEST_F(ConnectionStreamsTest, AStreamEndsByItsDeadline) {
  Peer::Headers headers = Peer::GrpcHeaders(kStream);
  headers.emplace_back("grpc-timeout", "1S");
  const int32_t stream = peer_->Send(headers, "", false);
  Pump();
  Pass(std::chrono::seconds(1));
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "4");
}

TEST_F(ConnectionStreamsTest, ADrainEndsStreams) {
  const int32_t stream = Open(Peer::Framed("one"));
  connection_->AnnounceGoAway();
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "14");
}

}  // namespace
}  // namespace cachestore::http2
