// SPDX-License-Identifier: Apache-2.0

// How the HTTP/2 transport sends its peers away (RFC 9113, 6.8): a first GOAWAY and a PING, a
// second GOAWAY once the PING is answered. What comes in between is served, and no call is begun of
// which the second one says that it was not.
#include <cstdint>
#include <future>
#include <memory>

#include "gtest/gtest.h"
#include "service/server.h"
#include "tests/service/frame_client.h"
#include "tests/service/scripted_store.h"

namespace cachestore {
namespace {

constexpr char kPing[] = "/cachestore.v1.CacheStore/Ping";

using Frame = FrameClient::Frame;

// A client that has been answered one call, on stream 1, when its server begins to drain.
class GoAwayTest : public testing::Test {
 protected:
  GoAwayTest() {
    client_.Send(FrameClient::CallOf(1, kPing, ""));
    EXPECT_EQ(client_.Await(FrameClient::kData).stream, 1u);
    drained_ = std::async(std::launch::async, [this] { return server_->Drain(); });
    EXPECT_EQ(LastStreamOf(client_.Await(FrameClient::kGoAway)), 0x7fffffffu);
    // That it comes second makes its answer one to both.
    ping_ = client_.Await(FrameClient::kPing);
  }

  static uint32_t LastStreamOf(const Frame& go_away) {
    uint32_t stream = 0;
    for (const char byte : go_away.payload.substr(0, 4)) {
      stream = stream << 8 | static_cast<uint8_t>(byte);
    }
    return stream;
  }

  ScriptedStore store_;
  const std::unique_ptr<Server> server_ =
      Server::Start({.transport = TransportKind::kHttp2, .listen = {"127.0.0.1:0"}}, store_, [] {
      }).value();
  FrameClient client_{server_->addresses().front()};
  std::future<bool> drained_;
  Frame ping_;
};

TEST_F(GoAwayTest, WhatComesBetweenTheFirstAndTheSecondIsServed) {
  client_.Send(FrameClient::CallOf(3, kPing, ""));
  EXPECT_EQ(client_.Await(FrameClient::kData).stream, 3u);
  client_.Send(FrameClient::AnswerTo(ping_));
  EXPECT_EQ(LastStreamOf(client_.Await(FrameClient::kGoAway)), 3u);
  EXPECT_TRUE(drained_.get());
  EXPECT_EQ(server_->counts().finished, 2u);
}

TEST_F(GoAwayTest, WhatComesTogetherWithTheAnswerToThePingIsServed) {
  client_.Send(FrameClient::AnswerTo(ping_) + FrameClient::CallOf(3, kPing, ""));
  EXPECT_EQ(LastStreamOf(client_.Await(FrameClient::kGoAway)), 3u);
  EXPECT_EQ(client_.Await(FrameClient::kData).stream, 3u);
  EXPECT_TRUE(drained_.get());
  EXPECT_EQ(server_->counts().finished, 2u);
}

TEST_F(GoAwayTest, WhatComesAfterTheSecondIsNotBegun) {
  client_.Send(FrameClient::CallOf(3, "/cachestore.v1.CacheStore/Get", "\x0a\x03key"));
  store_.AwaitGets(1);  // Keeps the connection open.
  client_.Send(FrameClient::AnswerTo(ping_));
  EXPECT_EQ(LastStreamOf(client_.Await(FrameClient::kGoAway)), 3u);
  client_.Send(FrameClient::CallOf(5, kPing, "") + FrameClient::CallOf(7, kPing, ""));
  store_.AnswerGets();
  EXPECT_EQ(client_.Await(FrameClient::kData).stream, 3u);
  EXPECT_TRUE(drained_.get());
  EXPECT_EQ(server_->counts().started, 2u);
}

}  // namespace
}  // namespace cachestore
