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
    int32_t parent = 0;  // The stream that a PRIORITY frame makes `stream` depend on.
  };

  // Takes `bytes` up to the end of the next frame's head, to which the parent belongs; all of them,
  // and null, if that does not end among them.
  std::optional<Head> Next(absl::string_view& bytes) {
    const size_t skipped = std::min(skip_bytes_, bytes.size());
    skip_bytes_ -= skipped;
    bytes.remove_prefix(skipped);
    if (!Fill(kHeadBytes, bytes)) return std::nullopt;
    const size_t payload_bytes = NumberAt(0) >> 8;
    const size_t parent_bytes = head_[3] == kPriority && payload_bytes >= 4 ? 4 : 0;
    if (!Fill(kHeadBytes + parent_bytes, bytes)) return std::nullopt;
    filled_ = 0;
    skip_bytes_ = payload_bytes - parent_bytes;
    return Head{.type = head_[3],
                .stream = StreamAt(5),
                .parent = parent_bytes == 0 ? 0 : StreamAt(kHeadBytes)};
  }

 private:
  static constexpr uint8_t kPriority = 2;  // RFC 9113, 6.3.

  // Whether head_ has `size` bytes, for which it takes what it lacks from `bytes`.
  bool Fill(size_t size, absl::string_view& bytes) {
    if (filled_ >= size) return true;
    const size_t taken = std::min(size - filled_, bytes.size());
    std::copy_n(bytes.begin(), taken, head_.begin() + filled_);
    filled_ += taken;
    bytes.remove_prefix(taken);
    return filled_ == size;
  }

  uint32_t NumberAt(size_t i) const {
    return uint32_t{head_[i]} << 24 | uint32_t{head_[i + 1]} << 16 | uint32_t{head_[i + 2]} << 8 |
           head_[i + 3];
  }

  int32_t StreamAt(size_t i) const { return static_cast<int32_t>(NumberAt(i) & 0x7fffffff); }

  size_t skip_bytes_ = 24;  // Before the next head. HTTP/2 begins with so many (RFC 9113, 3.4).
  std::array<uint8_t, kHeadBytes + 4> head_ = {};
  size_t filled_ = 0;  // Of head_.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_FRAME_HEADS_H_
