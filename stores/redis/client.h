// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLIENT_H_
#define STORES_REDIS_CLIENT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "stores/redis/command.h"
#include "stores/redis/connection.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/reply.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/rights.h"
#include "stores/store_stats.h"

namespace cachestore::redis {

// What a store says to its Redis: commands over one connection, where errors of Redis come back as
// the statuses that callers get. Thread-safe; handlers run as Connection's do.
class Client {
 public:
  // Of a cluster's server: what it redirects (IsRedirection) is an error; or it comes as the reply
  // that it is, the only one of its type that handlers get.
  enum class Redirections { kAreErrors, kAreReplies };

  // All must outlive this.
  Client(EventLoop& loop, const KeySpace& keys, const ConnectionOptions& options,
         Redirections redirections = Redirections::kAreErrors);

  const KeySpace& keys() const { return keys_; }

  // As Connection::Send; a reply that is an error of Redis comes as what StatusOfError makes of it.
  // A script that Redis does not know is sent once more, in full, within the same time. The command
  // needs `right`; a script needs kScripts instead.
  void Send(RequestLimit::Kind kind, Rights::Right right, Command command, absl::Time deadline,
            Request::Handler handler);

  // Sends a command, as what keeps a call going, with ASKING before it: so that a server which
  // takes its slot over runs it already. A script goes in full.
  void SendAsking(Rights::Right right, Command command, absl::Time deadline,
                  Request::Handler handler);

  // Sends a command that is about the server rather than about keys, and needs no right of ours.
  void Ask(Command command, absl::Time deadline, Request::Handler handler);

  // What came of each command of a batch, in their order; or why none was sent.
  using BatchHandler =
      absl::AnyInvocable<void(absl::StatusOr<std::vector<absl::StatusOr<Reply>>>) &&>;

  // Sends `commands`, of which there is at least one, together and as one call; see
  // Connection::SendAll. Runs `handler` once, when each has been answered, or has failed by itself.
  // A script that comes for the first time among them is sent in full, so that those after it find
  // it, and none has to be sent again when later ones have run. Replies beyond the size of the
  // largest single one, together, are dropped, and are RESOURCE_EXHAUSTED. Needs rights as Send
  // does.
  void SendAll(RequestLimit::Kind kind, Rights::Right right, std::vector<Command> commands,
               absl::Time deadline, BatchHandler handler);

  // Whether Redis answers, and allows what it refused before. Takes the timeout of one request at
  // most.
  void Ping(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done);

  // As Connection's.
  RedisNodeStats GetStats() const { return connection_.GetStats(); }
  uint64_t generation() const { return connection_.generation(); }
  void Close() { connection_.Close(); }

 private:
  class Batch;

  // What a caller gets for a reply to a command that needs `right`.
  absl::StatusOr<Reply> ResultOf(Rights::Right right, absl::StatusOr<Reply> reply);
  // Sends a script that Redis did not know.
  void SendInFull(Command command, absl::Time deadline, Request::Handler handler);
  // By when a call that begins now is over.
  absl::Time End(absl::Time deadline) const { return std::min(deadline, absl::Now() + timeout_); }

  void TryRefused(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done);

  const Redirections redirections_;
  const absl::Duration timeout_;
  const size_t max_batch_reply_bytes_;
  const KeySpace& keys_;
  Rights rights_;  // Of the loop's thread, where all replies come in.
  Connection connection_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLIENT_H_
