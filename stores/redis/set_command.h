// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SET_COMMAND_H_
#define STORES_REDIS_SET_COMMAND_H_

#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "stores/cache_options.h"
#include "stores/redis/command.h"

namespace cachestore::redis {

// The command, or the script, that is a Set with these options: atomic, and the entry is never
// there without its TTL. `ttl_millis` is that of an entry which it creates. StoredOf reads its
// reply.
Command SetCommand(const std::string& key, absl::Cord value, const SetOptions& set,
                   int64_t ttl_millis);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SET_COMMAND_H_
