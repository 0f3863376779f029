// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_AWAITED_MESSAGES_H_
#define SERVICE_TRANSPORTS_HTTP2_AWAITED_MESSAGES_H_

#include <cstddef>
#include <iterator>
#include <list>

#include "service/transports/http2/session.h"

namespace cachestore::http2 {

// The messages of a connection's unary calls that have begun, and are not complete. Those that are
// larger than a stream's window are let in a few at a time, in the order in which they began: the
// others wait with their first part, as their window is not opened further. So a peer that begins
// many and ends none fills little memory, and those that go on are received without a pause. Not
// thread-safe.
class AwaitedMessages {
 public:
  static constexpr size_t kMostAtATime = 8;  // Of the large ones.

  AwaitedMessages(Session& session, size_t window_bytes)
      : session_(session), window_bytes_(window_bytes) {}

  // Lets `bytes` of the body of `exchange` come, at once or in its turn. Until Remove, once.
  void Add(const Session::Exchange& exchange, size_t bytes) {
    bytes_ += bytes;
    if (bytes <= window_bytes_) return;  // They come in any case.
    large_.push_back({&exchange, bytes});
    if (large_.size() <= kMostAtATime) session_.WidenWindow(exchange, bytes);
  }

  // Its message is complete, or never will be. `bytes` are those that were added.
  void Remove(const Session::Exchange& exchange, size_t bytes) {
    bytes_ -= bytes;
    if (bytes <= window_bytes_) return;
    size_t place = 0;
    auto message = large_.begin();
    for (; message != large_.end() && message->exchange != &exchange; ++message) ++place;
    if (message == large_.end()) return;
    large_.erase(message);
    if (place >= kMostAtATime || large_.size() < kMostAtATime) return;
    const Message& next = *std::next(large_.begin(), kMostAtATime - 1);
    session_.WidenWindow(*next.exchange, next.bytes);
  }

  // How many there are in all, with those that have come.
  size_t bytes() const { return bytes_; }

 private:
  struct Message {
    const Session::Exchange* exchange;
    size_t bytes;
  };

  Session& session_;
  const size_t window_bytes_;
  std::list<Message> large_;
  size_t bytes_ = 0;  // Of all, also of those that are not large.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_AWAITED_MESSAGES_H_
