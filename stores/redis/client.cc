// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "stores/redis/reply.h"
#include "stores/redis/reply_error.h"

namespace cachestore::redis {

Client::Client(EventLoop& loop, std::shared_ptr<const Wakeup> wakeup, const KeySpace& keys,
               const ConnectionOptions& options)
    : timeout_(options.timeout),
      keys_(keys),
      rights_(keys, options.address.name, options.log),
      connection_(loop, std::move(wakeup), options) {}

void Client::Send(RequestLimit::Kind kind, Rights::Right right, Command command,
                  absl::Time deadline, Request::Handler handler) {
  connection_.Send(
      kind, std::move(command), deadline,
      [this, right, handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
        if (reply.ok()) {
          rights_.Note(right, *reply);
          if (reply->type == Reply::Type::kError) reply = StatusOfError(reply->text);
        }
        std::move(handler)(std::move(reply));
      });
}

void Client::Ping(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done) {
  deadline = std::min(deadline, absl::Now() + timeout_);
  connection_.Send(RequestLimit::Kind::kUpkeep, redis::Ping(), deadline,
                   [this, deadline, done = std::move(done)](absl::StatusOr<Reply> reply) mutable {
                     if (!reply.ok()) return std::move(done)(reply.status());
                     if (reply->type == Reply::Type::kError) {
                       return std::move(done)(StatusOfError(reply->text));
                     }
                     TryRefused(deadline, std::move(done));
                   });
}

// Each probe that succeeds leaves one less, and one that fails ends it.
void Client::TryRefused(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done) {
  std::optional<Rights::Probe> probe = rights_.NextProbe();
  if (!probe.has_value()) return std::move(done)(absl::OkStatus());
  const Rights::Right right = probe->right;
  Send(RequestLimit::Kind::kUpkeep, right, std::move(probe->command), deadline,
       [this, right, deadline, done = std::move(done)](absl::StatusOr<Reply> reply) mutable {
         if (!reply.ok()) return std::move(done)(reply.status());
         rights_.Restore(right);
         TryRefused(deadline, std::move(done));
       });
}

}  // namespace cachestore::redis
