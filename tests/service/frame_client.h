// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_FRAME_CLIENT_H_
#define TESTS_SERVICE_FRAME_CLIENT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// An HTTP/2 client that sends just the frames that a test says, in that order, also where a client
// should not. Blocks.
class FrameClient {
 public:
  // As RFC 9113, 6 numbers them.
  enum Type : uint8_t { kData = 0, kHeaders = 1, kSettings = 4, kPing = 6, kGoAway = 7 };

  struct Frame {
    uint8_t type = 0;
    uint8_t flags = 0;
    uint32_t stream = 0;
    std::string payload = {};
  };

  // Connects to 127.0.0.1:PORT and says how HTTP/2 begins.
  explicit FrameClient(const std::string& address);
  ~FrameClient();
  FrameClient(const FrameClient&) = delete;
  FrameClient& operator=(const FrameClient&) = delete;

  void Send(absl::string_view frames) const;

  // The same; false if the server has hung up, or does not read.
  bool TrySend(absl::string_view frames) const;

  // The next frame of this type, past all others; a test that waits too long for it fails.
  Frame Await(Type type) const;

  // As it is sent.
  static std::string Encode(const Frame& frame);
  // A frame that answers `ping`.
  static std::string AnswerTo(const Frame& ping);
  // The frames of a call of one message.
  static std::string CallOf(uint32_t stream, absl::string_view path, absl::string_view message);

 private:
  static constexpr uint8_t kAck = 0x1;
  static constexpr uint8_t kEndStream = 0x1;
  static constexpr uint8_t kEndHeaders = 0x4;

  std::string Read(size_t bytes) const;

  const int fd_;
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_FRAME_CLIENT_H_
