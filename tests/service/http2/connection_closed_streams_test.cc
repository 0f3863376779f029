// SPDX-License-Identifier: Apache-2.0

// What comes on streams that are closed.
#include <string>

#include "absl/strings/cord.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/connection_fixture.h"
#include "tests/service/http2/frame.h"

namespace cachestore::http2 {
namespace {

using testing::HasSubstr;
using testing::Not;

class ConnectionClosedStreamsTest : public ConnectionTest {
 protected:
  static std::string Data(int32_t stream) { return Frame(NGHTTP2_DATA, 0, stream, "x"); }
  static std::string Reset(int32_t stream, char error) {
    return Frame(NGHTTP2_RST_STREAM, 0, stream, {0, 0, 0, error});
  }
  // What the peer is told of a stream that has ended. nghttp2 1.64 sends that, and 1.70 nothing on
  // a stream that it has forgotten: which of those between is like which, nobody has tried.
  static std::string Refusal(int32_t stream) {
    constexpr bool kResetsForgottenStreams = NGHTTP2_VERSION_NUM < 0x014600;
    return kResetsForgottenStreams ? Reset(stream, NGHTTP2_STREAM_CLOSED) : "";
  }
  // ":method: GET", and no more is to come.
  static std::string Headers(int32_t stream) {
    return Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                 "\x82");
  }

  // What is sent when this has come.
  std::string AnswerTo(absl::string_view bytes) {
    connection_->Receive(bytes);
    return TakeOutput();
  }
};

TEST_F(ConnectionClosedStreamsTest, HeadersOfARequestThatHasEndedEndTheConnection) {
  Call(kEcho, "hello");
  connection_->Receive(Headers(1));
  Pump();
  EXPECT_EQ(peer_->goaway_error(), NGHTTP2_STREAM_CLOSED);
}

TEST_F(ConnectionClosedStreamsTest, DataOfARequestThatHasEndedResetsItOnce) {
  Call(kEcho, "hello");
  EXPECT_EQ(AnswerTo(Data(1)), Refusal(1));
  EXPECT_EQ(AnswerTo(Data(1) + Data(1)), "");
  EXPECT_EQ(AnswerTo(Data(1)), "");
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
}

TEST_F(ConnectionClosedStreamsTest, DataThatCrossesItsAnswerIsNotAnsweredAgain) {
  Call(kEcho, "hello");
  EXPECT_EQ(AnswerTo(Data(1) + Data(1)), Refusal(1));
}

TEST_F(ConnectionClosedStreamsTest, DataAfterTheResetOfItsRequestResetsItToo) {
  peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  Pump();
  const std::string bytes = Reset(1, NGHTTP2_CANCEL) + Data(1);
  EXPECT_EQ(AnswerTo(bytes), Refusal(1)) << "when both come together";
  peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  Pump();
  std::string answer;
  for (const char byte : Reset(3, NGHTTP2_CANCEL) + Data(3)) answer += AnswerTo({&byte, 1});
  EXPECT_EQ(answer, Refusal(3)) << "when they come byte by byte";
}

TEST_F(ConnectionClosedStreamsTest, WhatCrossesAResetOfItsRequestIsDropped) {
  const std::string message = Peer::Framed(std::string(kMaxMessageBytes + 1, 'v'));
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kEcho), message.substr(0, 100), false);
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "8");
  EXPECT_EQ(AnswerTo(Data(stream)), "");
  EXPECT_EQ(AnswerTo(Headers(stream)), "");
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
}

TEST_F(ConnectionClosedStreamsTest, WhatFollowsARequestThatIsOneTooManyIsDropped) {
  options_.session.max_streams = 1;
  Connect();
  const int32_t first = peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  const int32_t refused = peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  connection_->Receive(peer_->Take());
  nghttp2_submit_rst_stream(peer_->session(), 0, first, NGHTTP2_CANCEL);
  const int32_t next = peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  connection_->Receive(peer_->Take());
  EXPECT_EQ(streams_.size(), 2) << "with that on stream " << next;
  connection_->Receive(Data(refused));
  connection_->Receive(Headers(refused));
  const std::string output = TakeOutput();
  EXPECT_THAT(output, HasSubstr(Reset(refused, NGHTTP2_REFUSED_STREAM)));
  EXPECT_THAT(output, Not(HasSubstr(Reset(refused, NGHTTP2_STREAM_CLOSED))));
  EXPECT_EQ(AnswerTo(Data(refused) + Headers(refused)), "");
  EXPECT_FALSE(connection_->is_over());
}

TEST_F(ConnectionClosedStreamsTest, WhatFollowsARequestThatAGoAwayTurnedAwayIsDropped) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/64 << 20));
  Pump();
  nghttp2_session_set_local_window_size(peer_->session(), 0, 0, 64 << 20);
  peer_->Call(kHold, "one");
  const int32_t last = peer_->Call(kHold, "two");
  Pump();
  // The socket takes nothing, so that the GOAWAY waits behind a large reply.
  held_.back()->Finish({}, absl::Cord(std::string(4 << 20, 'v')));
  held_.pop_back();
  connection_->Produce();
  connection_->GoAway();
  connection_->Produce();
  const int32_t late = peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  connection_->Receive(peer_->Take());
  Pump();
  EXPECT_EQ(peer_->last_stream(), last);
  EXPECT_TRUE(peer_->reply(late).is_closed);
  EXPECT_EQ(AnswerTo(Data(late)), "");
  EXPECT_EQ(AnswerTo(Headers(late)), "");
  EXPECT_FALSE(connection_->is_over()) << "a call is still in flight";
}

TEST_F(ConnectionClosedStreamsTest, AStreamOfTheServersOwnEndsTheConnection) {
  for (const std::string& frame : {Data(2), Headers(2)}) {
    Connect();
    Call(kEcho, "one");
    Call(kEcho, "two");
    connection_->Receive(frame);
    Pump();
    EXPECT_EQ(peer_->goaway_error(), NGHTTP2_PROTOCOL_ERROR) << int{frame[3]};
  }
}

}  // namespace
}  // namespace cachestore::http2
