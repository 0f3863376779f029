// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_FRAME_HEADS_H_
#define SERVICE_TRANSPORTS_HTTP2_FRAME_HEADS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// Finds where frames begin in what a client sends, however that is split. Not thread-safe.
class FrameHeads {
 public:
  static constexpr size_t kHeadBytes = 9;  // RFC 9113, 4.1.

  struct Head {
    uint8_t type;
    int32_t stream;
  };

  // Takes `bytes` up to the end of the next frame's head; all of them, and null, if that does not
  // end among them.
  std::optional<Head> Next(absl::string_view& bytes) {
    const size_t skipped = std::min(skip_bytes_, bytes.size());
    skip_bytes_ -= skipped;
    bytes.remove_prefix(skipped);
    const size_t taken = std::min(kHeadBytes - filled_, bytes.size());
    std::copy_n(bytes.begin(), taken, head_.begin() + filled_);
    filled_ += taken;
    bytes.remove_prefix(taken);
    if (filled_ < kHeadBytes) return std::nullopt;
    filled_ = 0;
    skip_bytes_ = At(0) << 16 | At(1) << 8 | At(2);
    const uint32_t stream = (At(5) & 0x7f) << 24 | At(6) << 16 | At(7) << 8 | At(8);
    return Head{.type = head_[3], .stream = static_cast<int32_t>(stream)};
  }

 private:
  uint32_t At(size_t i) const { return head_[i]; }

  size_t skip_bytes_ = 24;  // Before the next head. HTTP/2 begins with so many (RFC 9113, 3.4).
  std::array<uint8_t, kHeadBytes> head_ = {};
  size_t filled_ = 0;  // Of head_.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_FRAME_HEADS_H_
