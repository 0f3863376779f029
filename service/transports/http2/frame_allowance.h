// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_FRAME_ALLOWANCE_H_
#define SERVICE_TRANSPORTS_HTTP2_FRAME_ALLOWANCE_H_

#include <algorithm>

namespace cachestore::http2 {

// How many more frames a peer may send that ask for nothing (PING, SETTINGS, PRIORITY,
// WINDOW_UPDATE, RST_STREAM, empty DATA). They cost us work and memory and the peer next to
// nothing, so those who send little else are disconnected (https://www.kb.cert.org/vuls/id/605641).
// Requests, and DATA that we send, earn more of them: whoever works with a connection may also
// probe it, open windows and cancel calls.
class FrameAllowance {
 public:
  void EarnByRequest() { left_ = std::min(left_ + kForRequest, kMost); }
  void EarnByData() { left_ = std::min(left_ + kForData, kMost); }

  // For header fields that are far larger than they may be, which cost us as much as many frames.
  static constexpr int kForHopelessHead = 100;

  // For one such frame, or what costs as much as `cost` of them. False once too many came.
  bool Spend(int cost = 1) {
    left_ = std::max(left_ - cost, -1);
    return left_ >= 0;
  }

 private:
  static constexpr int kMost = 10'000;

  // A RST_STREAM, and what a client may see fit to send besides.
  static constexpr int kForRequest = 4;

  // A WINDOW_UPDATE each for stream and connection, and a PING to measure what they should be.
  static constexpr int kForData = 3;

  int left_ = kMost;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_FRAME_ALLOWANCE_H_
