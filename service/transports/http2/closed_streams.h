// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_CLOSED_STREAMS_H_
#define SERVICE_TRANSPORTS_HTTP2_CLOSED_STREAMS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cachestore::http2 {

// What it means that a peer sends HEADERS or DATA on a stream that is closed (RFC 9113, 5.1 and
// 5.1.1): nghttp2 forgets such streams, and would drop them without a word. Not thread-safe.
class ClosedStreams {
 public:
  static constexpr uint32_t kProtocolError = 0x1;
  static constexpr uint32_t kStreamClosed = 0x5;

  // A peer may have `max_streams` open at a time. As many may have been reset that it has not heard
  // of yet.
  explicit ClosedStreams(uint32_t max_streams) : max_resets_(max_streams) {}

  // The peer has opened a stream, and with it passed over those between this one and the last.
  void OnOpened(int32_t stream) {
    if (stream > last_ + 2) {
      first_skipped_ = last_ + 2;
      last_skipped_ = stream - 2;
    }
    last_ = stream;
  }

  // It was reset from this side: what the peer sends until it hears of that is no fault of its.
  void OnReset(int32_t stream) {
    if (IsReset(stream)) return;
    if (resets_.size() < max_resets_) {
      resets_.push_back(stream);
    } else {
      resets_[oldest_] = stream;
      oldest_ = (oldest_ + 1) % max_resets_;
    }
  }

  // Whether a stream of the peer's has been, or never will be.
  bool IsPast(int32_t stream) const { return stream % 2 == 1 && stream <= last_; }

  // Whether what comes on a past stream that is not open is to be dropped. O(max_streams).
  bool IsReset(int32_t stream) const { return std::ranges::find(resets_, stream) != resets_.end(); }

  // The error that ends the connection when HEADERS come on a past stream that is not open; null if
  // they are to be dropped. O(max_streams), for what no peer does often.
  std::optional<uint32_t> ErrorFor(int32_t stream) const {
    if (IsReset(stream)) return std::nullopt;
    return stream >= first_skipped_ && stream <= last_skipped_ ? kProtocolError : kStreamClosed;
  }

 private:
  const size_t max_resets_;
  std::vector<int32_t> resets_;
  size_t oldest_ = 0;  // Of resets_, once they are as many as may be.
  int32_t last_ = -1;
  int32_t first_skipped_ = 0;  // Of the last that were.
  int32_t last_skipped_ = -1;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_CLOSED_STREAMS_H_
