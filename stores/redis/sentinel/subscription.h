// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SENTINEL_SUBSCRIPTION_H_
#define STORES_REDIS_SENTINEL_SUBSCRIPTION_H_

#include <event2/event.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stores/event_log.h"
#include "stores/redis/command.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/dialer.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/link.h"
#include "stores/redis/reply.h"
#include "stores/redis/stream.h"

namespace cachestore::redis {

// Listens to a channel of a Redis, over a connection of its own, which comes back by itself when it
// is lost. Made, used and destroyed on an event loop's thread.
class Subscription {
 public:
  // Runs `heard` for each message, and whenever it has begun to listen, perhaps more than once:
  // what was said before that is lost. options.log is told if the server refuses to be listened to:
  // once, until it lets us.
  Subscription(event_base* base, const ConnectionOptions& options, std::string channel,
               std::function<void()> heard);

 private:
  void Connect();
  void OnDialed(absl::StatusOr<std::unique_ptr<Stream>> stream);
  void Read();
  void Flush();
  void LogRefusal(const Reply& error);
  // Tries again a little later.
  void Lose();

  event_base* const base_;
  const std::vector<Command> greeting_;
  const absl::Duration connect_timeout_;
  const std::string name_;  // Of the server.
  const EventLog log_;
  const std::string channel_;
  const std::function<void()> heard_;
  Dialer dialer_;
  std::shared_ptr<Link> link_;  // Null while there is no connection.
  size_t greeted_ = 0;          // Replies to the greeting that have come over it.
  bool is_dialing_ = false;
  bool has_logged_ = false;  // That we are refused.
  LoopEvent connect_;        // Runs Connect.
  LoopEvent give_up_;        // Dialing has taken too long.
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SENTINEL_SUBSCRIPTION_H_
