// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_FRAME_CLIENT_H_
#define TESTS_SERVICE_FRAME_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// An HTTP/2 client that sends just the frames that a test says, in that order, also where a client
// should not. Blocks.
class FrameClient {
 public:
  // As RFC 9113, 6 numbers them.
  enum Type : uint8_t {
    kData = 0,
    kHeaders = 1,
    kPriority = 2,
    kReset = 3,
    kSettings = 4,
    kPing = 6,
    kGoAway = 7,
    kWindowUpdate = 8,
    kContinuation = 9,
  };

  static constexpr uint8_t kAck = 0x1;
  static constexpr uint8_t kEndStream = 0x1;
  static constexpr uint8_t kEndHeaders = 0x4;

  struct Frame {
    uint8_t type = 0;
    uint8_t flags = 0;
    uint32_t stream = 0;
    std::string payload = {};
  };

  // How HTTP/2 begins.
  static std::string Greeting();

  // Connects to 127.0.0.1:PORT and says `greeting`.
  explicit FrameClient(const std::string& address, absl::string_view greeting = Greeting());
  ~FrameClient();
  FrameClient(const FrameClient&) = delete;
  FrameClient& operator=(const FrameClient&) = delete;

  void Send(absl::string_view frames) const;

  // The same; false if the server has hung up, or does not read.
  bool TrySend(absl::string_view frames) const;

  // Sends all of it and drops what comes meanwhile; false as soon as the server has hung up. A test
  // whose server neither reads nor hangs up for long fails.
  bool Push(absl::string_view frames);

  // Whether the server still answers, a PING, rather than hang up. Drops what it said before.
  bool IsServed();

  // The next frame of this type, past all others; a test that waits too long for it fails.
  Frame Await(Type type);

  // Drops what comes, and answers none of it, until the server hangs up. False if it does not in
  // time.
  bool AwaitEnd(std::chrono::seconds most = kLong);

  // As it is sent.
  static std::string Encode(const Frame& frame);
  // A frame that answers `ping`.
  static std::string AnswerTo(const Frame& ping);
  // A field of HPACK that is not to be remembered (RFC 7541, 6.2.2), or one that is (6.2.1),
  // without compression.
  static std::string Field(absl::string_view name, absl::string_view value);
  static std::string RememberedField(absl::string_view name, absl::string_view value);
  // Those that a call begins with.
  static std::string FieldsOf(absl::string_view path);
  // The frames of a call of one message.
  static std::string CallOf(uint32_t stream, absl::string_view path, absl::string_view message);

 private:
  static constexpr std::chrono::seconds kLong{20};

  // Drops the frames that have come; false if the server has hung up.
  bool Drop();
  // The same, when something has come, until that is true; false if it is not in time.
  bool DropUntil(const bool& condition, std::chrono::seconds most);
  std::string Read(size_t bytes);

  const int fd_;
  std::string unread_;
  bool is_answered_ = false;
  bool has_ended_ = false;
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_FRAME_CLIENT_H_
