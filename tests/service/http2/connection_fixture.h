// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_HTTP2_CONNECTION_FIXTURE_H_
#define TESTS_SERVICE_HTTP2_CONNECTION_FIXTURE_H_

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"
#include "service/door/door.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/peer.h"
#include "tests/service/http2/test_queue.h"

namespace cachestore::http2 {

// A handler of a stream that keeps what it is told.
class KeepingHandler final : public StreamHandler {
 public:
  void OnMessage(const absl::Cord& message) override { messages.emplace_back(message); }
  void OnHalfClose() override { is_half_closed = true; }
  void OnSent() override { ++sent; }

  std::vector<std::string> messages;
  bool is_half_closed = false;
  int sent = 0;
};

// A connection in memory, the client on its other side, and methods whose calls the test ends:
//   /test.Service/Echo    answers with its request, at once
//   /test.Service/Hold    waits in `held`
//   /test.Service/Stream  waits in `streams`
class ConnectionTest : public testing::Test, public Connection::Carrier {
 protected:
  static constexpr char kEcho[] = "/test.Service/Echo";
  static constexpr char kHold[] = "/test.Service/Hold";
  static constexpr char kStream[] = "/test.Service/Stream";
  static constexpr size_t kMaxMessageBytes = size_t{1} << 20;

  ConnectionTest() { Connect(); }

  ~ConnectionTest() override {
    connection_.reset();
    for (cachestore::Call* const call : std::exchange(held_, {})) call->Finish({}, {});
  }

  // Begins anew, with options_.
  void Connect(std::unique_ptr<Peer> peer = std::make_unique<Peer>()) {
    connection_.reset();
    peer_ = std::move(peer);
    connection_ =
        std::make_unique<Connection>(options_, service_, queue_, *this, "ipv4:192.0.2.1:4000");
  }

  // Carries bytes both ways until there are none.
  void Pump() {
    while (true) {
      const std::string to_server = peer_->Take();
      if (!to_server.empty()) connection_->Receive(to_server);
      const std::string to_peer = TakeOutput();
      if (!to_peer.empty()) {
        EXPECT_TRUE(peer_->Receive(to_peer));
      }
      if (to_server.empty() && to_peer.empty()) return;
    }
  }

  // All that the connection sends.
  std::string TakeOutput() {
    std::string bytes;
    while (true) {
      connection_->Produce();
      std::array<iovec, 8> pieces;
      const size_t count = connection_->output().Peek(absl::MakeSpan(pieces));
      if (count == 0) break;
      size_t size = 0;
      for (size_t i = 0; i < count; ++i) {
        bytes.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        size += pieces[i].iov_len;
      }
      connection_->OnSent(size);
    }
    connection_->OnFlushed();
    return bytes;
  }

  // Lets time pass, as the carrier would.
  void Pass(std::chrono::nanoseconds time) {
    queue_.time += time;
    connection_->OnTime();
  }

  Peer::Reply& Call(const std::string& path, absl::string_view message) {
    const int32_t stream = peer_->Call(path, message);
    Pump();
    return peer_->reply(stream);
  }

  void OnOutput() override {}
  void WakeAt(Moment moment) override { wakeup_ = std::min(wakeup_, moment); }

  std::vector<cachestore::Call*> held_;
  std::vector<std::shared_ptr<Stream>> streams_;
  std::shared_ptr<KeepingHandler> handler_;
  Moment wakeup_ = kNever;
  Connection::Options options_ = {.max_message_bytes = kMaxMessageBytes};
  Door door_{{{.path = kEcho,
               .audience = Audience::Everyone(),
               .handle = [](cachestore::Call& call) { call.Finish({}, call.request()); }},
              {.path = kHold,
               .audience = Audience::Everyone(),
               .handle = [this](cachestore::Call& call) { held_.push_back(&call); }},
              {.path = kStream,
               .audience = Audience::Everyone(),
               .handle = [this](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
                 streams_.push_back(std::move(stream));
                 handler_ = std::make_shared<KeepingHandler>();
                 return handler_;
               }}}};
  Connection::Service service_{door_, size_t{1} << 30};
  TestQueue queue_;
  std::unique_ptr<Peer> peer_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace cachestore::http2

#endif  // TESTS_SERVICE_HTTP2_CONNECTION_FIXTURE_H_
