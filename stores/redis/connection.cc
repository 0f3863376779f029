// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stores/monotonic_clock.h"

namespace cachestore::redis {

Connection::Connection(EventLoop& loop, std::shared_ptr<const Wakeup> wakeup,
                       ConnectionOptions options)
    : options_(std::move(options)),
      limit_(options_.max_requests, options_.max_request_bytes),
      queue_(std::move(wakeup)) {
  loop.Post([this, base = loop.base()] {
    driver_ = std::make_unique<ConnectionDriver>(base, options_, limit_, queue_);
  });
}

void Connection::Send(RequestLimit::Kind kind, Command command, absl::Time deadline,
                      Request::Handler handler) {
  const size_t bytes = command.bytes.size();
  if (!limit_.Enter(kind, bytes)) {
    return std::move(handler)(absl::ResourceExhaustedError(absl::StrCat(
        options_.address.name, " has too many calls in flight: the limit is ",
        limit_.max_requests(), " of them, and ", limit_.max_bytes(), " bytes; try again later")));
  }
  absl::Duration time = options_.timeout;
  bool is_deadline_of_caller = false;
  if (deadline != absl::InfiniteFuture()) {
    const absl::Duration time_of_caller = deadline - absl::Now();
    is_deadline_of_caller = time_of_caller < time;
    if (is_deadline_of_caller) time = time_of_caller;
  }
  queue_.Push({.command = std::move(command),
               .deadline_nanos = SystemMonotonicClock().NowNanos() + absl::ToInt64Nanoseconds(time),
               .is_deadline_of_caller = is_deadline_of_caller,
               .admitted_bytes = bytes,
               .handler = std::move(handler)});
}

void Connection::Close() { driver_.reset(); }

}  // namespace cachestore::redis
