// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_COMMAND_H_
#define STORES_REDIS_COMMAND_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "stores/redis/reply.h"
#include "stores/redis/script.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

// A command on its way to Redis.
struct Command {
  // As Redis reads it (RESP2, an array of bulk strings).
  std::string bytes;

  // Whether a reply that is no error can be one to this command. One that cannot tells that replies
  // and requests are no longer in step.
  bool (*is_answered_by)(const Reply& reply);

  // What a reply that cannot be one says of the server, where there is more to say.
  absl::string_view otherwise = "a reply does not fit the command that it answers";

  // What this runs, if that is a script. Then `bytes` may go by its digest.
  std::unique_ptr<const ScriptCall> script = nullptr;

  // All of it once more, for who may have to send it again.
  Command Copy() const;
};

// The commands that we use (https://redis.io/docs/latest/commands/). Keys and values may hold any
// byte. O(bytes).
Command Get(absl::string_view key);
enum class SetOnly { kAlways, kIfAbsent, kIfPresent };
Command SetPx(absl::string_view key, const absl::Cord& value, int64_t ttl_millis,
              SetOnly only = SetOnly::kAlways);
Command SetIfPresentKeepingTtl(absl::string_view key, const absl::Cord& value);
Command Pexpire(absl::string_view key, int64_t ttl_millis);
Command Pttl(absl::string_view key);
Command UnlinkOne(absl::string_view key);
Command Unlink(absl::Span<const std::string> keys);
Command Exists(absl::string_view key);
Command Ping();
Command Asking();
Command ClusterInfo();
Command ClusterSlots();
Command SentinelMaster(absl::string_view name);
Command SentinelMasterAddress(absl::string_view name);

// One step of an iteration over all keys that match `pattern`, looking at about `count` of them.
// Its answer is a Page; the first cursor is "0".
Command Scan(absl::string_view cursor, absl::string_view pattern, int count);
struct Page {
  std::string next_cursor;  // "0": this was the last.
  std::vector<std::string> keys;
};
Page PageOf(Reply reply);

// Needs the rights of a Set of `key`, and stores nothing unless `key` is there.
Command SetIfPresent(absl::string_view key);

// What a new connection to `address` begins with, in this order; none of them may fail, or be
// answered by what it cannot be answered by: among that, by a replica where a master is wanted.
std::vector<Command> Greeting(const Address& address, bool must_be_master = false);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_COMMAND_H_
