// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_LINK_H_
#define STORES_REDIS_LINK_H_

#include <event2/event.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/reply.h"
#include "stores/redis/reply_reader.h"
#include "stores/redis/stream.h"

namespace cachestore::redis {

// An open connection on an event loop: bytes of requests out, replies in. Used on the loop's
// thread. What fails, fails for good: by UNAVAILABLE if the other side is gone, INTERNAL if what it
// sent makes no sense.
class Link {
 public:
  // Runs `on_readable` when there is something to Read, and `on_writable` when there is room again
  // for what Flush could not write. No reply may be longer than `max_reply_bytes`.
  Link(event_base* base, std::unique_ptr<Stream> stream, size_t max_reply_bytes,
       std::function<void()> on_readable, std::function<void()> on_writable);

  // Gives `take` the replies that have come, until it returns false; runs `heard` once before, if
  // any bytes have. Reads until there are none, as more have often come meanwhile; but a MiB at
  // most, so that nobody who sends without a pause keeps the loop: then has_more() holds, and
  // on_readable need not run.
  absl::Status Read(absl::FunctionRef<void()> heard, absl::FunctionRef<bool(Reply)> take);
  bool has_more() const { return has_more_; }

  // Adds bytes to those that are to be written.
  void Append(std::string bytes);

  // Writes what there is room for, and sees to the rest when there is more.
  absl::Status Flush();

 private:
  const std::unique_ptr<Stream> stream_;
  ReplyReader reader_;
  LoopEvent readable_;
  LoopEvent writable_;
  const std::unique_ptr<char[]> read_buffer_;
  bool has_more_ = false;
  std::string to_write_;
  size_t written_ = 0;  // Of to_write_.
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_LINK_H_
