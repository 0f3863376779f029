// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_H_
#define STORES_REDIS_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "stores/redis/command.h"
#include "stores/redis/connection_counts.h"
#include "stores/redis/connection_driver.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/request_queue.h"
#include "stores/store_stats.h"

namespace cachestore::redis {

// A connection to one Redis that any number of threads share: requests that come together leave
// together (pipelining), and replies come back in order. It opens with the first request, and comes
// back by itself when it is lost; ConnectionMachine says how.
class Connection {
 public:
  // `loop` must outlive this.
  Connection(EventLoop& loop, ConnectionOptions options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends `command`, and runs `handler` once with the reply, which may be an error of Redis, or:
  //   DEADLINE_EXCEEDED   no reply within the timeout, or by `deadline`
  //   UNAVAILABLE         Redis cannot be reached, or the connection was lost after the command was
  //                       written: then nobody knows whether it had an effect
  //   RESOURCE_EXHAUSTED  too many requests are open
  //   INTERNAL            what came back is no reply to this command
  // Thread-safe. The handler runs on the loop's thread, or here if too many are open.
  void Send(RequestLimit::Kind kind, Command command, absl::Time deadline,
            Request::Handler handler);

  // Sends requests of which command and handler are given, in their order, with nothing in between
  // and as one call. RESOURCE_EXHAUSTED if they do not fit together: then none is sent, and no
  // handler runs. Otherwise the handlers run as those of Send, on the loop's thread; by the time
  // this returns all may have run.
  absl::Status SendAll(RequestLimit::Kind kind, std::vector<Request> requests, absl::Time deadline);

  // Which connection this is, or the next one will be, among all that there were. On the loop's
  // thread.
  uint64_t generation() const { return served_->driver->generation(); }

  // How it is and what became of it. Thread-safe.
  RedisNodeStats GetStats() const;

  // Closes the connection; every request must have been answered, and none may come. On the loop's
  // thread, before this is destroyed.
  void Close();

 private:
  // The loop's thread's; shared with what wakes that, which may come after Close.
  struct Served {
    std::unique_ptr<ConnectionDriver> driver;  // From the loop's next turn to Close.
  };

  // Counts a call of requests in, and gives each the time that it has and what it was counted as.
  absl::Status Admit(RequestLimit::Kind kind, absl::Span<Request> requests, absl::Time deadline);

  const ConnectionOptions options_;
  RequestLimit limit_;
  const std::shared_ptr<Served> served_ = std::make_shared<Served>();
  RequestQueue queue_;
  ConnectionCounts counts_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_H_
