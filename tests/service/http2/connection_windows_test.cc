// SPDX-License-Identifier: Apache-2.0

// What a connection takes of memory, and for how long: windows, large messages and replies, and
// peers that read slowly or not at all.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/transports/http2/awaited_messages.h"
#include "service/transports/http2/connection.h"
#include "service/transports/http2/message_reader.h"
#include "tests/service/http2/connection_fixture.h"

namespace cachestore::http2 {
namespace {

using testing::HasSubstr;

TEST_F(ConnectionTest, ALargeMessageIsLetInAtOnceWhenItsLengthIsKnown) {
  const int32_t stream = peer_->Call(kEcho, std::string(kMaxMessageBytes, 'v'));
  Pump();
  EXPECT_EQ(peer_->reply(stream).body.size(), kMessagePrefixBytes + kMaxMessageBytes);
  EXPECT_EQ(peer_->window_updates(stream), 1) << "one that opens the window for all of it";
}

TEST_F(ConnectionTest, FewLargeMessagesAreReceivedAtATimeAndAllOfThemInTheEnd) {
  constexpr int kMessages = 2 * AwaitedMessages::kMostAtATime;
  const std::string message = Peer::Framed(std::string(kMaxMessageBytes, 'v'));
  const size_t first_part = 300'000;  // More than a window.
  std::vector<int32_t> streams;
  for (int i = 0; i < kMessages; ++i) {
    streams.push_back(peer_->Send(Peer::GrpcHeaders(kEcho), message.substr(0, first_part), false));
  }
  Pump();
  int let_in = 0;
  for (const int32_t stream : streams) let_in += peer_->window_updates(stream);
  EXPECT_EQ(let_in, AwaitedMessages::kMostAtATime);
  for (const int32_t stream : streams) peer_->SendMore(stream, message.substr(first_part), true);
  Pump();
  for (const int32_t stream : streams) EXPECT_EQ(peer_->reply(stream).body.size(), message.size());
}

TEST_F(ConnectionTest, ALargeMessageThatIsCancelledMakesWayForAnother) {
  const std::string begin = Peer::Framed(std::string(kMaxMessageBytes, 'v')).substr(0, 1000);
  std::vector<int32_t> streams;
  for (size_t i = 0; i <= AwaitedMessages::kMostAtATime; ++i) {
    streams.push_back(peer_->Send(Peer::GrpcHeaders(kEcho), begin, false));
  }
  Pump();
  EXPECT_EQ(peer_->window_updates(streams.back()), 0);
  nghttp2_submit_rst_stream(peer_->session(), 0, streams.front(), NGHTTP2_CANCEL);
  Pump();
  EXPECT_EQ(peer_->window_updates(streams.back()), 1);
}

TEST_F(ConnectionTest, MuchIsWantedFromWhenALargeMessageHasBegunUntilItIsComplete) {
  const size_t few = connection_->wanted_bytes();
  const std::string message = Peer::Framed(std::string(2 * few, 'v'));
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kHold), message.substr(0, few), false);
  Pump();
  EXPECT_TRUE(connection_->wants_much());
  EXPECT_GT(connection_->wanted_bytes(), message.size());
  peer_->SendMore(stream, message.substr(few), false);
  Pump();
  EXPECT_FALSE(connection_->wants_much());
  EXPECT_EQ(connection_->wanted_bytes(), few);
}

TEST_F(ConnectionTest, TheRestOfASmallMessageIsWantedWithAsMuchAsBefore) {
  const size_t few = connection_->wanted_bytes();
  const std::string message = Peer::Framed(std::string(100, 'v'));
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kHold), message.substr(0, 50), false);
  Pump();
  EXPECT_FALSE(connection_->wants_much());
  EXPECT_EQ(connection_->wanted_bytes(), few + message.size());
  nghttp2_submit_rst_stream(peer_->session(), 0, stream, NGHTTP2_CANCEL);
  Pump();
  EXPECT_EQ(connection_->wanted_bytes(), few);
}

TEST_F(ConnectionTest, NoMoreThanItsShareOfRepliesWaitsForAPeerThatDoesNotRead) {
  UnsentBytes::Share taken;
  ASSERT_TRUE(service_.unsent_bytes.Take((size_t{1} << 30) - 150'000, taken));
  Connect(std::make_unique<Peer>(/*window_bytes=*/0));
  std::vector<int32_t> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(peer_->Call(kEcho, std::string(60'000, 'v')));
  Pump();
  EXPECT_FALSE(peer_->reply(streams[0]).is_closed) << "it waits for its window";
  EXPECT_FALSE(peer_->reply(streams[1]).is_closed);
  EXPECT_EQ(peer_->reply(streams[2]).status(), "8");
  EXPECT_THAT(peer_->reply(streams[2]).message(), HasSubstr("too many large replies"));
  for (const int32_t stream : {streams[0], streams[1]}) {
    nghttp2_submit_window_update(peer_->session(), 0, stream, 100'000);
  }
  Pump();
  EXPECT_EQ(peer_->reply(streams[0]).body.size(), 60'005);
  const int32_t later = peer_->Call(kEcho, std::string(60'000, 'v'));
  Pump();
  EXPECT_FALSE(peer_->reply(later).is_closed) << "there is room again";
}

TEST_F(ConnectionTest, APeerWhoseWindowsStayClosedIsGivenUp) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/0, /*opens_windows=*/false));
  const int32_t stream = peer_->Call(kEcho, "hello");
  Pump();
  EXPECT_LE(wakeup_, queue_.time + std::chrono::seconds(30));
  Pass(std::chrono::seconds(29));
  EXPECT_FALSE(connection_->is_given_up());
  nghttp2_submit_window_update(peer_->session(), 0, stream, 3);
  Pump();
  Pass(std::chrono::seconds(29));
  EXPECT_FALSE(connection_->is_given_up()) << "it reads, however slowly";
  Pass(std::chrono::seconds(1));
  EXPECT_TRUE(connection_->is_given_up());
}

TEST_F(ConnectionTest, NoMoreIsMadeReadyForASocketThanItTakes) {
  Connect(std::make_unique<Peer>(/*window_bytes=*/64 << 20));
  Pump();
  nghttp2_session_set_local_window_size(peer_->session(), 0, 0, 64 << 20);
  for (int i = 0; i < 8; ++i) peer_->Call(kHold, "hello");
  Pump();
  for (cachestore::Call* const call : std::exchange(held_, {})) {
    call->Finish({}, absl::Cord(std::string(kMaxMessageBytes, 'v')));
    connection_->Produce();  // And nothing is taken.
  }
  EXPECT_GE(connection_->output().size(), size_t{1} << 20);
  EXPECT_LT(connection_->output().size(), size_t{2} << 20);
}

TEST_F(ConnectionTest, ASilentPeerIsAskedAndGivenUp) {
  Pump();
  Pass(std::chrono::seconds(120));
  const std::string ping = TakeOutput();
  EXPECT_FALSE(ping.empty());
  Pass(std::chrono::seconds(20));
  EXPECT_TRUE(connection_->is_given_up());
}

TEST_F(ConnectionTest, APeerThatAnswersLivesOn) {
  Pump();
  for (int i = 0; i < 5; ++i) {
    Pass(std::chrono::seconds(120));
    Pump();
    Pass(std::chrono::seconds(20));
    ASSERT_FALSE(connection_->is_given_up());
  }
  EXPECT_EQ(peer_->pings(), 5);
}

TEST_F(ConnectionTest, APeerThatNeverBeginsIsGivenUp) {
  EXPECT_EQ(wakeup_, queue_.time + std::chrono::seconds(10));
  Pass(std::chrono::seconds(10));
  EXPECT_TRUE(connection_->is_given_up());
}

}  // namespace
}  // namespace cachestore::http2
