// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_ROUTER_H_
#define STORES_REDIS_ROUTER_H_

#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "stores/redis/client.h"
#include "stores/redis/command.h"
#include "stores/redis/request.h"
#include "stores/redis/rights.h"
#include "stores/store_stats.h"

namespace cachestore::redis {

// Sends what a store says to the server that it is for, however many there are. Thread-safe, but
// for Close; handlers run as Connection's do.
class Router {
 public:
  using StatusHandler = absl::AnyInvocable<void(absl::Status) &&>;

  virtual ~Router() = default;

  // As Client's, of a command about one key; and of at least one such command.
  virtual void Send(Rights::Right right, Command command, absl::Time deadline,
                    Request::Handler handler) = 0;
  virtual void SendAll(Rights::Right right, std::vector<Command> commands, absl::Time deadline,
                       Client::BatchHandler handler) = 0;

  // Whether every key has a server that answers, and allows what it refused before. Takes the
  // timeout of one request at most.
  virtual void Ping(absl::Time deadline, StatusHandler done) = 0;

  // As ClearKeys, on every server that has keys.
  virtual void Clear(absl::Time deadline, StatusHandler done) = 0;

  virtual RedisStats GetStats() const = 0;

  // Closes all connections; every call must have been answered, and none may come. On the loop's
  // thread, before this is destroyed.
  virtual void Close() = 0;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_ROUTER_H_
