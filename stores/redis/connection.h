// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_H_
#define STORES_REDIS_CONNECTION_H_

#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "stores/redis/command.h"
#include "stores/redis/connection_driver.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/request_queue.h"
#include "stores/redis/wakeup.h"

namespace cachestore::redis {

// A connection to one Redis that any number of threads share: requests that come together leave
// together (pipelining), and replies come back in order. It opens with the first request, and comes
// back by itself when it is lost; ConnectionMachine says how.
class Connection {
 public:
  // `loop` must outlive this, and `wakeup` is for nobody else.
  Connection(EventLoop& loop, std::shared_ptr<const Wakeup> wakeup, ConnectionOptions options);
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

  // Which connection this is, or the next one will be, among all that there were. On the loop's
  // thread.
  uint64_t generation() const { return driver_->generation(); }

  // Closes the connection; every request must have been answered, and none may come. On the loop's
  // thread, before this is destroyed.
  void Close();

 private:
  const ConnectionOptions options_;
  RequestLimit limit_;
  RequestQueue queue_;
  std::unique_ptr<ConnectionDriver> driver_;  // The loop's thread's, from its first turn to Close.
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_H_
