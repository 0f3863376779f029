// SPDX-License-Identifier: Apache-2.0
#include "tests/service/http2/fuzzed_connection.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "service/door/door.h"
#include "service/transports/http2/connection.h"
#include "tests/service/http2/test_queue.h"

namespace cachestore::http2 {
namespace {

constexpr size_t kMaxUnsentBytes = size_t{1} << 20;

// Answers each message, and ends when the caller does.
class EchoHandler final : public StreamHandler {
 public:
  explicit EchoHandler(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  void OnMessage(const absl::Cord& message) override { stream_->WriteLatest(message); }
  void OnHalfClose() override { stream_->Finish(absl::OkStatus()); }

 private:
  const std::shared_ptr<Stream> stream_;
};

class FuzzedConnection final : private Connection::Carrier {
 public:
  FuzzedConnection() {
    connection_ =
        std::make_unique<Connection>(options_, service_, queue_, carrier(), "ipv4:192.0.2.1:4000");
  }

  void Receive(absl::string_view bytes) {
    // As its carrier would not, either.
    if (connection_->is_over() || connection_->is_given_up()) return;
    connection_->Receive(bytes);
    if (held_.size() >= 4) FinishHeld();
    TakeOutput();
    queue_.time += std::chrono::seconds(1);
    connection_->OnTime();
  }

  // Ends it in one of several ways, which `bytes` decide.
  void End(absl::string_view bytes) {
    if (bytes.size() % 2 == 0) {
      connection_->AnnounceGoAway();
      TakeOutput();
      connection_->GoAway();
    }
    if (bytes.size() % 3 == 0) FinishHeld();
    TakeOutput();
    connection_.reset();
    FinishHeld();
  }

  // Null, or a promise that was not kept.
  const char* Fault() {
    absl::string_view left = output_;
    constexpr size_t kHeadBytes = 9;
    while (!left.empty() && !absl::StartsWith(output_, "HTTP/1.1 505 ")) {
      if (left.size() < kHeadBytes) return "what is sent is whole frames";
      const auto at = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(left[i])); };
      const size_t size = kHeadBytes + (at(0) << 16 | at(1) << 8 | at(2));
      if (left.size() < size) return "what is sent is whole frames";
      left.remove_prefix(size);
    }
    if (door_.counts().started != door_.counts().finished) return "calls that began are finished";
    UnsentBytes::Share all;
    if (!service_.unsent_bytes.Take(kMaxUnsentBytes, all)) return "nothing stays accounted for";
    return nullptr;
  }

 private:
  Connection::Carrier& carrier() { return *this; }
  void OnOutput() override {}
  void WakeAt(Moment /*moment*/) override {}

  void FinishHeld() {
    for (cachestore::Call* const call : std::exchange(held_, {})) {
      call->Finish(absl::OkStatus(), call->request());
    }
  }

  void TakeOutput() {
    std::array<iovec, 8> pieces;
    while (true) {
      if (connection_->output().empty()) connection_->Produce();
      const size_t count = connection_->output().Peek(absl::MakeSpan(pieces));
      if (count == 0) break;
      size_t size = 0;
      for (size_t i = 0; i < count; ++i) {
        output_.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        size += pieces[i].iov_len;
      }
      connection_->OnSent(size);
    }
    connection_->OnFlushed();
  }

  std::vector<cachestore::Call*> held_;
  std::string output_;
  Connection::Options options_ = {.max_message_bytes = size_t{64} * 1024,
                                  .max_unsent_bytes = kMaxUnsentBytes};
  Door door_{{{.path = "/t/Echo",
               .audience = cachestore::Audience::Everyone(),
               .handle = [](cachestore::Call& call) { call.Finish({}, call.request()); }},
              {.path = "/t/Hold",
               .audience = cachestore::Audience::Everyone(),
               .handle = [this](cachestore::Call& call) { held_.push_back(&call); }},
              {.path = "/t/Stream",
               .audience = cachestore::Audience::Everyone(),
               .handle = [](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
                 return std::make_shared<EchoHandler>(std::move(stream));
               }}}};
  Connection::Service service_{door_, kMaxUnsentBytes};
  TestQueue queue_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

void TryConnection(absl::string_view bytes, absl::FunctionRef<size_t(size_t)> size_of) {
  FuzzedConnection connection;
  absl::string_view left = bytes;
  for (size_t i = 0; !left.empty(); ++i) {
    const absl::string_view slice = left.substr(0, std::max<size_t>(size_of(i), 1));
    left.remove_prefix(slice.size());
    connection.Receive(slice);
  }
  connection.End(bytes);
  const char* const fault = connection.Fault();
  if (fault == nullptr) return;
  std::cerr << "Connection does not keep this: " << fault << ", of \"" << absl::CHexEscape(bytes)
            << "\"\n";
  std::abort();
}

}  // namespace cachestore::http2
