// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REDIS_OPTIONS_H_
#define STORES_REDIS_REDIS_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "stores/event_log.h"
#include "stores/limits.h"
#include "stores/redis/tls.h"

namespace cachestore {

// Which Redis, and what of it a store may take.
struct RedisOptions {
  // redis://, rediss:// or unix://, or one of Sentinel or Cluster; see ParseTarget in
  // stores/redis/target.h.
  std::string url = "redis://127.0.0.1:6379/0";

  // For rediss:// only.
  redis::TlsFiles tls = {};

  // Put before every key. No prefix may begin with another one's, where both share a database:
  // clearing `a:` also clears `a:b:`.
  std::string key_prefix = "cache:";

  // Whether Clear may remove everything in the database, where the prefix is empty.
  bool allow_clear_all = false;

  Limits limits = {};

  // How long Redis may take for one command, and how long connecting to it may take. At least a
  // millisecond, at most an hour.
  absl::Duration timeout = absl::Milliseconds(500);
  absl::Duration connect_timeout = absl::Seconds(1);

  // How many calls may be in flight, whereof a batch is one. Beyond it, or beyond 64 MiB (four
  // values of the largest size, if that is more) of commands, a call ends RESOURCE_EXHAUSTED. So
  // does a batch, as a whole, if its commands alone are larger.
  size_t max_calls = 10'000;

  // Told, in a line, what an operator wants to know: connected, lost, refused. Must not block.
  // May run, on the store's thread, until a Close has answered.
  EventLog log = IgnoreEvents;
};

}  // namespace cachestore

#endif  // STORES_REDIS_REDIS_OPTIONS_H_
