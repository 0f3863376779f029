// SPDX-License-Identifier: Apache-2.0

// What a gRPC client meets on a connection, bytes in and bytes out.
#include "service/transports/http2/connection.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/http2/connection_fixture.h"
#include "tests/service/http2/frame.h"

namespace cachestore::http2 {
namespace {

using testing::HasSubstr;

TEST_F(ConnectionTest, ACallGetsItsReply) {
  const Peer::Reply& reply = Call(kEcho, "hello");
  EXPECT_EQ(reply.Field(":status"), "200");
  EXPECT_EQ(reply.Field("content-type"), "application/grpc");
  EXPECT_EQ(reply.body, Peer::Framed("hello"));
  EXPECT_EQ(reply.status(), "0");
  EXPECT_TRUE(reply.is_closed);
  EXPECT_EQ(reply.error, NGHTTP2_NO_ERROR);
}

TEST_F(ConnectionTest, AnEmptyMessageIsAMessage) {
  const Peer::Reply& reply = Call(kEcho, "");
  EXPECT_EQ(reply.body, Peer::Framed(""));
  EXPECT_EQ(reply.status(), "0");
}

TEST_F(ConnectionTest, TheBytesMayComeOneByOne) {
  const int32_t stream = peer_->Call(kEcho, std::string(300, 'v'));
  for (const char byte : peer_->Take()) connection_->Receive({&byte, 1});
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed(std::string(300, 'v')));
}

TEST_F(ConnectionTest, AMessageMayBeSplitOverManyFrames) {
  const std::string body = Peer::Framed("hello");
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kEcho), body.substr(0, 2), false);
  Pump();
  peer_->SendMore(stream, body.substr(2, 4), false);
  Pump();
  peer_->SendMore(stream, body.substr(6), false);
  Pump();
  peer_->SendMore(stream, "", true);  // An empty frame ends it.
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, body);
}

TEST_F(ConnectionTest, RepliesOfCallsThatCameTogetherLeaveTogether) {
  for (int i = 0; i < 50; ++i) peer_->Call(kEcho, "hello");
  connection_->Receive(peer_->Take());
  connection_->Produce();
  std::array<iovec, 2> pieces;
  EXPECT_EQ(connection_->output().Peek(absl::MakeSpan(pieces)), 1) << "in one write";
  Pump();
  EXPECT_EQ(peer_->reply(99).body, Peer::Framed("hello"));
}

TEST_F(ConnectionTest, AnErrorIsTrailersAloneWithItsMessageEncoded) {
  const int32_t stream = peer_->Call(kHold, "hello");
  Pump();
  held_[0]->Finish(absl::InvalidArgumentError("\t100 % caf\xc3\xa9\n"), {});
  held_.clear();
  Pump();
  const Peer::Reply& reply = peer_->reply(stream);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.status(), "3");
  EXPECT_EQ(reply.message(), "%09100 %25 caf%C3%A9%0A");
}

TEST_F(ConnectionTest, AnUnknownMethodIsUnimplemented) {
  const Peer::Reply& reply = Call("/test.Service/Absent", "hello");
  EXPECT_EQ(reply.Field(":status"), "200");
  EXPECT_EQ(reply.status(), "12");
  EXPECT_THAT(reply.message(), HasSubstr("/test.Service/Absent"));
  EXPECT_TRUE(reply.is_closed);
}

TEST_F(ConnectionTest, WhatIsNoGrpcGetsAnHttpStatus) {
  Peer::Headers json = Peer::GrpcHeaders(kEcho);
  json[4].second = "application/json";
  const int32_t stream = peer_->Send(json, "{}");
  Peer::Headers get = Peer::GrpcHeaders(kEcho);
  get[0].second = "GET";
  const int32_t other = peer_->Send(get, "");
  Pump();
  EXPECT_EQ(peer_->reply(stream).Field(":status"), "415");
  EXPECT_THAT(peer_->reply(stream).body, HasSubstr("This is a gRPC service"));
  EXPECT_EQ(peer_->reply(other).Field(":status"), "405");
  EXPECT_EQ(peer_->reply(other).Field("allow"), "POST");
  EXPECT_EQ(Call(kEcho, "after").status(), "0") << "the connection goes on";
}

TEST_F(ConnectionTest, AHeadGetsNoBody) {
  Peer::Headers head = Peer::GrpcHeaders(kEcho);
  head[0].second = "HEAD";
  const int32_t stream = peer_->Send(head, "");
  Pump();
  EXPECT_EQ(peer_->reply(stream).Field(":status"), "405");
  EXPECT_EQ(peer_->reply(stream).body, "");
  EXPECT_TRUE(peer_->reply(stream).is_closed);
}

TEST_F(ConnectionTest, WhatIsNoGrpcMayEndItsRequest) {
  Peer::Headers json = Peer::GrpcHeaders(kEcho);
  json[4].second = "application/json";
  const int32_t stream = peer_->Send(json, std::string(1'000'000, '{'));
  Pump();
  EXPECT_EQ(peer_->reply(stream).Field(":status"), "415");
  EXPECT_EQ(peer_->reply(stream).error, NGHTTP2_NO_ERROR);
  EXPECT_TRUE(peer_->reply(stream).is_closed);
}

TEST_F(ConnectionTest, ACompressedRequestIsToldWhatIsAccepted) {
  Peer::Headers headers = Peer::GrpcHeaders(kEcho);
  headers.emplace_back("grpc-encoding", "gzip");
  const int32_t stream = peer_->Send(headers, Peer::Framed("hello"));
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "12");
  EXPECT_EQ(peer_->reply(stream).Field("grpc-accept-encoding"), "identity");
}

TEST_F(ConnectionTest, MetadataThatIsTooLargeIsRefusedAndNotTheConnection) {
  Peer::Headers headers = Peer::GrpcHeaders(kEcho);
  for (int i = 0; i < 20; ++i) headers.emplace_back("x", std::string(1000, 'v'));
  const int32_t stream = peer_->Send(headers, Peer::Framed("hello"));
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "8");
  EXPECT_THAT(peer_->reply(stream).message(), HasSubstr("metadata: is"));
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
}

TEST_F(ConnectionTest, AUnaryCallTakesExactlyOneMessage) {
  const int32_t none = peer_->Send(Peer::GrpcHeaders(kEcho), "");
  const int32_t two = peer_->Send(Peer::GrpcHeaders(kEcho), Peer::Framed("a") + Peer::Framed("b"));
  const int32_t half = peer_->Send(Peer::GrpcHeaders(kEcho), Peer::Framed("hello").substr(0, 7));
  Pump();
  EXPECT_EQ(peer_->reply(none).status(), "12");
  EXPECT_EQ(peer_->reply(two).status(), "12");
  EXPECT_EQ(peer_->reply(half).status(), "13");
}

TEST_F(ConnectionTest, AMessageOverTheLimitIsRefusedBeforeItHasCome) {
  const std::string message(kMaxMessageBytes + 1, 'v');
  const int32_t stream = peer_->Call(kEcho, message);
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "8");
  EXPECT_THAT(peer_->reply(stream).message(), HasSubstr("the limit is 1048576 bytes"));
  EXPECT_TRUE(peer_->reply(stream).is_closed) << "the peer was told to send no more of it";
}

TEST_F(ConnectionTest, AHandlerSeesItsCaller) {
  Peer::Headers headers = Peer::GrpcHeaders(kHold);
  headers.emplace_back("grpc-timeout", "10S");
  headers.emplace_back("x-user", "me");
  headers.emplace_back("x-key-bin", "AAE=");
  const absl::Time before = absl::Now();
  const int32_t stream = peer_->Send(headers, Peer::Framed("hello"));
  Pump();
  ASSERT_EQ(held_.size(), 1);
  cachestore::Call& call = *held_[0];
  EXPECT_EQ(call.request(), "hello");
  EXPECT_EQ(call.peer(), "ipv4:192.0.2.1:4000");
  EXPECT_GE(call.deadline(), before + absl::Seconds(10));
  EXPECT_LE(call.deadline(), absl::Now() + absl::Seconds(10));
  EXPECT_EQ(call.FindMetadata("x-user"), "me");
  EXPECT_EQ(call.FindMetadata("x-key-bin"), std::string("\0\1", 2));
  call.AddInitialMetadata("x-first", "1");
  call.AddTrailingMetadata("x-last-bin", std::string("\0\1", 2));
  call.Finish({}, absl::Cord("done"));
  held_.clear();
  Pump();
  EXPECT_EQ(peer_->reply(stream).Field("x-first"), "1");
  EXPECT_EQ(peer_->reply(stream).Field("x-last-bin"), "AAE=");
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed("done"));
}

TEST_F(ConnectionTest, AnAnswerFromAnotherThreadIsSentOnTheConnectionsOwn) {
  const int32_t stream = peer_->Call(kHold, "hello");
  Pump();
  queue_.is_elsewhere = true;
  held_[0]->Finish({}, absl::Cord("done"));
  held_.clear();
  Pump();
  EXPECT_FALSE(peer_->reply(stream).is_closed);
  queue_.DoHandedOver();
  Pump();
  EXPECT_EQ(peer_->reply(stream).body, Peer::Framed("done"));
}

TEST_F(ConnectionTest, ACancelledCallIsFinishedForNobody) {
  const int32_t stream = peer_->Call(kHold, "hello");
  Pump();
  nghttp2_submit_rst_stream(peer_->session(), 0, stream, NGHTTP2_CANCEL);
  Pump();
  EXPECT_FALSE(connection_->is_busy());
  held_[0]->Finish({}, absl::Cord("too late"));
  held_.clear();
  EXPECT_EQ(TakeOutput(), "");
  EXPECT_EQ(door_.counts().finished, 1);
}

TEST_F(ConnectionTest, ACallMayOutliveItsConnection) {
  peer_->Call(kHold, "hello");
  Pump();
  connection_.reset();
  held_[0]->Finish({}, absl::Cord("too late"));
  held_.clear();
  EXPECT_EQ(door_.counts().finished, 1);
}

TEST_F(ConnectionTest, ACallThatIsNotAnsweredInTimeEndsByItsDeadline) {
  Peer::Headers headers = Peer::GrpcHeaders(kHold);
  headers.emplace_back("grpc-timeout", "2S");
  const int32_t stream = peer_->Send(headers, Peer::Framed("hello"));
  Pump();
  EXPECT_EQ(wakeup_, queue_.time + std::chrono::seconds(2));
  Pass(std::chrono::milliseconds(1999));
  Pump();
  EXPECT_FALSE(peer_->reply(stream).is_closed);
  Pass(std::chrono::milliseconds(1));
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "4");
  held_[0]->Finish({}, absl::Cord("too late"));
  held_.clear();
  EXPECT_EQ(TakeOutput(), "");
}

TEST_F(ConnectionTest, AnAnswerInTimeTakesTheDeadlineAway) {
  Peer::Headers headers = Peer::GrpcHeaders(kHold);
  headers.emplace_back("grpc-timeout", "2S");
  const int32_t stream = peer_->Send(headers, Peer::Framed("hello"));
  Pump();
  held_[0]->Finish({}, absl::Cord("done"));
  held_.clear();
  Pass(std::chrono::seconds(2));
  Pump();
  EXPECT_EQ(peer_->reply(stream).status(), "0");
}

TEST_F(ConnectionTest, Http1GetsAReadableAnswerAndAClose) {
  connection_->Receive("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  EXPECT_TRUE(connection_->is_over());
  EXPECT_THAT(TakeOutput(),
              testing::AllOf(testing::StartsWith("HTTP/1.1 505 "), HasSubstr("gRPC service")));
}

TEST_F(ConnectionTest, GarbageGetsAReadableAnswerAndAClose) {
  connection_->Receive("\x16\x03\x01 this is no HTTP at all\n");
  EXPECT_TRUE(connection_->is_over());
  const std::string output = TakeOutput();
  EXPECT_THAT(output, HasSubstr("This is a gRPC service"));
  peer_->Take();
  EXPECT_TRUE(peer_->Receive(output)) << "in frames of HTTP/2";
  EXPECT_EQ(peer_->goaway_error(), NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(ConnectionTest, NothingIsSaidBeforeThePeerHasShownWhatItSpeaks) {
  EXPECT_EQ(TakeOutput(), "");
  connection_->Receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(TakeOutput(), "");
  EXPECT_FALSE(connection_->is_over());
}

TEST_F(ConnectionTest, APriorityOfNoStreamEndsTheConnection) {
  Call(kEcho, "hello");
  connection_->Receive({"\0\0\5\2\0\0\0\0\0\0\0\0\0\1", 14});
  Pump();
  EXPECT_EQ(peer_->goaway_error(), NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(ConnectionTest, AStreamThatDependsOnItselfEndsTheConnection) {
  const std::string priority = Frame(NGHTTP2_PRIORITY, 0, 3, {"\0\0\0\1w", 5});
  const std::string of_itself = Frame(NGHTTP2_PRIORITY, 0, 3, {"\x80\0\0\3w", 5});
  Call(kEcho, "hello");
  connection_->Receive(priority);
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
  for (const char byte : of_itself) connection_->Receive({&byte, 1});
  Pump();
  EXPECT_EQ(peer_->goaway_error(), NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(ConnectionTest, AFrameThatIsNoneEndsTheConnectionByItsError) {
  Call(kEcho, "hello");
  // DATA on a stream that was never opened.
  connection_->Receive({"\0\0\1\0\0\0\0\0\x63x", 10});
  Pump();
  EXPECT_EQ(peer_->goaway_error(), NGHTTP2_PROTOCOL_ERROR);
  EXPECT_TRUE(connection_->is_over());
}

}  // namespace
}  // namespace cachestore::http2
