// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLIENT_H_
#define STORES_REDIS_CLIENT_H_

#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "stores/redis/command.h"
#include "stores/redis/connection.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/rights.h"
#include "stores/redis/wakeup.h"

namespace cachestore::redis {

// What a store says to its Redis: commands over one connection, where errors of Redis come back as
// the statuses that callers get. Thread-safe; handlers run as Connection's do.
class Client {
 public:
  // All must outlive this, and `wakeup` is for nobody else.
  Client(EventLoop& loop, std::shared_ptr<const Wakeup> wakeup, const KeySpace& keys,
         const ConnectionOptions& options);

  const KeySpace& keys() const { return keys_; }

  // As Connection::Send; a reply that is an error of Redis comes as what StatusOfError makes of it.
  void Send(RequestLimit::Kind kind, Rights::Right right, Command command, absl::Time deadline,
            Request::Handler handler);

  // Whether Redis answers, and allows what it refused before. Takes the timeout of one request at
  // most.
  void Ping(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done);

  // As Connection's.
  uint64_t generation() const { return connection_.generation(); }
  void Close() { connection_.Close(); }

 private:
  void TryRefused(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done);

  const absl::Duration timeout_;
  const KeySpace& keys_;
  Rights rights_;  // Of the loop's thread, where all replies come in.
  Connection connection_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLIENT_H_
