// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_LARGE_MESSAGES_H_
#define SERVICE_TRANSPORTS_HTTP2_LARGE_MESSAGES_H_

#include <cstddef>
#include <iterator>
#include <list>

#include "service/transports/http2/session.h"

namespace cachestore::http2 {

// Which messages of a connection are received that are larger than a stream's window: a few at a
// time, in the order in which they began. The others wait with their first part, as their window is
// not opened further; so a peer that begins many and ends none fills little memory, and those that
// go on are received without a pause. Not thread-safe.
class LargeMessages {
 public:
  static constexpr size_t kMostAtATime = 8;

  LargeMessages(Session& session, size_t window_bytes)
      : session_(session), window_bytes_(window_bytes) {}

  // Lets `bytes` of the body of `exchange` come, at once or in its turn. Until Remove, once.
  void Add(const Session::Exchange& exchange, size_t bytes) {
    ++expected_;
    if (bytes <= window_bytes_) return;  // They come in any case.
    messages_.push_back({&exchange, bytes});
    if (messages_.size() <= kMostAtATime) session_.WidenWindow(exchange, bytes);
  }

  // Its message is complete, or never will be.
  void Remove(const Session::Exchange& exchange) {
    --expected_;
    size_t place = 0;
    auto message = messages_.begin();
    for (; message != messages_.end() && message->exchange != &exchange; ++message) ++place;
    if (message == messages_.end()) return;
    messages_.erase(message);
    if (place >= kMostAtATime || messages_.size() < kMostAtATime) return;
    const Message& next = *std::next(messages_.begin(), kMostAtATime - 1);
    session_.WidenWindow(*next.exchange, next.bytes);
  }

  // Whether more of any message is to come.
  bool is_expecting() const { return expected_ > 0; }

 private:
  struct Message {
    const Session::Exchange* exchange;
    size_t bytes;
  };

  Session& session_;
  const size_t window_bytes_;
  std::list<Message> messages_;
  size_t expected_ = 0;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_LARGE_MESSAGES_H_
