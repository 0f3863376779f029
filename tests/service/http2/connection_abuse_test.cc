// SPDX-License-Identifier: Apache-2.0

// What a hostile peer may send, and what it comes to.
#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/connection_fixture.h"
#include "tests/service/http2/frame.h"

namespace cachestore::http2 {
namespace {

class ConnectionAbuseTest : public ConnectionTest {
 protected:
  ConnectionAbuseTest() { Pump(); }

  // Sends frames, the i-th as `frame` makes it, until the connection is over: how many were taken.
  int SendUntilOver(const std::function<std::string(int i)>& frame) {
    constexpr int kFarTooMany = 1'000'000;
    for (int i = 0; i < kFarTooMany; ++i) {
      if (connection_->is_over()) return i;
      connection_->Receive(frame(i));
      if (i % 100 == 0) last_output_ = TakeOutput();
    }
    return kFarTooMany;
  }

  std::string last_output_;
};

TEST_F(ConnectionAbuseTest, AFloodOfFramesThatAskForNothingEndsTheConnection) {
  const std::string ping = Frame(NGHTTP2_PING, 0, 0, std::string(8, 'p'));
  const std::string settings = Frame(NGHTTP2_SETTINGS, 0, 0, "");
  const std::string priority = Frame(NGHTTP2_PRIORITY, 0, 1, std::string("\0\0\0\0\x10", 5));
  const std::string window = Frame(NGHTTP2_WINDOW_UPDATE, 0, 0, std::string("\0\0\0\1", 4));
  for (const std::string& frame : {ping, settings, priority, window}) {
    Connect();
    Pump();
    EXPECT_LE(SendUntilOver([&](int) { return frame; }), 10'100) << int{frame[3]};
    const std::string reason = {0, 0, 0, NGHTTP2_ENHANCE_YOUR_CALM};
    EXPECT_TRUE(absl::EndsWith(last_output_, reason)) << int{frame[3]};
  }
}

TEST_F(ConnectionAbuseTest, AFloodOfAcknowledgementsToBeSentEndsTheConnection) {
  // Nothing is taken by the socket meanwhile.
  const std::string ping = Frame(NGHTTP2_PING, 0, 0, std::string(8, 'p'));
  int sent = 0;
  for (; sent < 100'000 && !connection_->is_over(); ++sent) connection_->Receive(ping);
  EXPECT_LE(sent, 1'100);
}

TEST_F(ConnectionAbuseTest, EmptyDataEndsTheConnection) {
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kEcho), "", false);
  Pump();
  EXPECT_LE(SendUntilOver([&](int) { return Frame(NGHTTP2_DATA, 0, stream, ""); }), 10'100);
}

TEST_F(ConnectionAbuseTest, DataThatMustBeAnsweredByResetsEndsTheConnection) {
  // More closed streams than are remembered.
  options_.session.max_streams = 1;
  Connect();
  Call(kEcho, "one");
  Call(kEcho, "two");
  EXPECT_LE(SendUntilOver([](int i) { return Frame(NGHTTP2_DATA, 0, i % 2 == 0 ? 1 : 3, "x"); }),
            10'100);
}

TEST_F(ConnectionAbuseTest, ManyContinuationsEndTheConnection) {
  const std::string field("\x00\x01x\x01y", 5);
  EXPECT_LE(SendUntilOver([&](int i) {
              return i == 0 ? Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, field)
                            : Frame(NGHTTP2_CONTINUATION, 0, 1, field);
            }),
            100);
}

TEST_F(ConnectionAbuseTest, CallsThatAreCancelledAtOnceAreLikeAnyOthersAndNeverPileUp) {
  // Each costs the peer as much as us: a client whose deadlines pass does the same.
  for (int i = 0; i < 20'000; ++i) {
    const int32_t stream = peer_->Call(kHold, "hello");
    nghttp2_submit_rst_stream(peer_->session(), 0, stream, NGHTTP2_CANCEL);
    Pump();
    for (cachestore::Call* const call : std::exchange(held_, {})) call->Finish({}, {});
  }
  EXPECT_FALSE(connection_->is_over());
  EXPECT_FALSE(connection_->is_busy());
}

TEST_F(ConnectionAbuseTest, CallsWhoseHandlersAreStillAtWorkCountHoweverTheyWereCancelled) {
  for (int i = 0; i < 2'000; ++i) {
    const int32_t stream = peer_->Call(kHold, "hello");
    Pump();
    nghttp2_submit_rst_stream(peer_->session(), 0, stream, NGHTTP2_CANCEL);
    Pump();
  }
  EXPECT_EQ(held_.size(), options_.session.max_streams);
  EXPECT_FALSE(connection_->is_over());
  for (cachestore::Call* const call : std::exchange(held_, {})) call->Finish({}, {});
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
}

TEST_F(ConnectionAbuseTest, AHeaderListThatGrowsFarBeyondItsBytesIsRefused) {
  // A field of 4,000 bytes is remembered once, and then named by a byte each.
  std::string block("\x40\x01x\x7f\xa1\x1e", 6);
  block += std::string(4000, 'v');
  block += std::string(10'000, '\xbe');
  connection_->Receive(
      Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, block));
  nghttp2_session_set_next_stream_id(peer_->session(), 3);
  EXPECT_EQ(Call(kEcho, "after").status(), "0");
}

TEST_F(ConnectionAbuseTest, ManySuchListsEndTheConnection) {
  std::string block("\x40\x01x\x7f\xa1\x1e", 6);
  block += std::string(4000, 'v');
  const std::string more(10'000, '\xbe');
  EXPECT_LE(SendUntilOver([&](int i) {
              return Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM,
                           2 * i + 1, i == 0 ? block + more : more);
            }),
            300);
}

TEST_F(ConnectionAbuseTest, TrailersAreBoundedAsHeadersAre) {
  const int32_t stream = peer_->Send(Peer::GrpcHeaders(kStream), "", false);
  Pump();
  std::string block("\x40\x01x\x7f\xa1\x1e", 6);
  block += std::string(4000, 'v');
  block += std::string(10'000, '\xbe');
  connection_->Receive(
      Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream, block));
  Pump();
  EXPECT_EQ(peer_->reply(stream).error, NGHTTP2_INTERNAL_ERROR);
}

}  // namespace
}  // namespace cachestore::http2
