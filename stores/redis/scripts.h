// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SCRIPTS_H_
#define STORES_REDIS_SCRIPTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "stores/redis/command.h"

namespace cachestore::redis {

// The commands that are scripts of ours. What Redis refuses to a command inside of one, it answers
// as it would answer that command. An etag is 20 bytes.

// The value and the TTL that is left, as PTTL tells it: an array of the two; nil for an absent key.
// Sets the TTL before, unless `touch_millis` is 0.
Command GetAndTtl(std::string key, int64_t touch_millis);

// OK. `ttl_millis` is for a key that is absent.
Command SetKeepingTtl(std::string key, absl::Cord value, int64_t ttl_millis);

// OK, or nil: what the key holds has another etag, or is absent. Keeps the TTL for nullopt.
Command SetIfEtag(std::string key, absl::Cord value, std::optional<int64_t> ttl_millis,
                  absl::string_view etag);

// How many keys were removed.
Command UnlinkIfEtag(std::string key, absl::string_view etag);

// An array of the sum, as text, for Lua's numbers do not hold it, and of the TTL, as PTTL tells it.
// Or one of these statuses, and nothing has changed. `ttl_millis` is for a key that is absent.
Command IncrementBy(std::string key, int64_t delta, int64_t ttl_millis);
inline constexpr absl::string_view kNoNumber = "NONUMBER";
inline constexpr absl::string_view kOverflow = "OVERFLOW";

// Needs all the rights that the other scripts need, EVALSHA and EVAL included, and changes nothing:
// `key` must be one that nobody uses.
Command TryScripts(std::string key);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SCRIPTS_H_
