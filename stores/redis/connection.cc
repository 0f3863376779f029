// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stores/monotonic_clock.h"

namespace cachestore::redis {

Connection::Connection(EventLoop& loop, ConnectionOptions options)
    : options_(std::move(options)),
      limit_(options_.max_calls, options_.max_request_bytes),
      queue_([post = loop.poster(), served = served_] {
        post([served] {
          if (served->driver != nullptr) served->driver->Serve();
        });
      }) {
  loop.Post([this, base = loop.base()] {
    served_->driver = std::make_unique<ConnectionDriver>(base, options_, limit_, queue_, counts_);
  });
}

void Connection::Send(RequestLimit::Kind kind, Command command, absl::Time deadline,
                      Request::Handler handler) {
  Request request = {.command = std::move(command), .handler = std::move(handler)};
  absl::Status status = Admit(kind, absl::MakeSpan(&request, 1), deadline);
  if (!status.ok()) return std::move(request.handler)(std::move(status));
  queue_.Push(std::move(request));
}

absl::Status Connection::SendAll(RequestLimit::Kind kind, std::vector<Request> requests,
                                 absl::Time deadline) {
  absl::Status status = Admit(kind, absl::MakeSpan(requests), deadline);
  if (status.ok()) queue_.PushAll(std::move(requests));
  return status;
}

absl::Status Connection::Admit(RequestLimit::Kind kind, absl::Span<Request> requests,
                               absl::Time deadline) {
  size_t bytes = 0;
  for (Request& request : requests) {
    request.admitted_bytes = request.command.bytes.size() + RequestLimit::kBytesPerRequest;
    bytes += request.admitted_bytes;
  }
  if (!limit_.Enter(kind, bytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("Redis has too many calls in flight: the limit is ", limit_.max_calls(),
                     " of them, and ", limit_.max_bytes(), " bytes; try again ",
                     requests.size() > 1 ? "later, or with a smaller batch" : "later"));
  }
  requests.back().admitted_calls = 1;
  absl::Duration time = options_.timeout;
  bool is_deadline_of_caller = false;
  if (deadline != absl::InfiniteFuture()) {
    const absl::Duration time_of_caller = deadline - absl::Now();
    is_deadline_of_caller = time_of_caller < time;
    if (is_deadline_of_caller) time = time_of_caller;
  }
  const int64_t deadline_nanos = SystemMonotonicClock().NowNanos() + absl::ToInt64Nanoseconds(time);
  for (Request& request : requests) {
    request.deadline_nanos = deadline_nanos;
    request.is_deadline_of_caller = is_deadline_of_caller;
  }
  return absl::OkStatus();
}

RedisNodeStats Connection::GetStats() const {
  RedisNodeStats stats = counts_.Read();
  stats.node = options_.address.node();
  return stats;
}

void Connection::Close() {
  served_->driver.reset();
  queue_.Close();  // What nobody waits for any more may hold who holds this.
}

}  // namespace cachestore::redis
