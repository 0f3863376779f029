// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/set_command.h"

#include <optional>
#include <utility>

#include "stores/redis/scripts.h"

namespace cachestore::redis {

Command SetCommand(const std::string& key, absl::Cord value, const SetOptions& set,
                   int64_t ttl_millis) {
  switch (set.condition.kind()) {
    case SetCondition::Kind::kNone:
      if (set.keep_ttl) return SetKeepingTtl(key, std::move(value), ttl_millis);
      break;
    case SetCondition::Kind::kIfAbsent:
      // What is absent has no TTL to keep.
      return SetPx(key, value, ttl_millis, SetOnly::kIfAbsent);
    case SetCondition::Kind::kIfPresent:
      if (set.keep_ttl) return SetIfPresentKeepingTtl(key, value);
      return SetPx(key, value, ttl_millis, SetOnly::kIfPresent);
    case SetCondition::Kind::kIfEtag:
      return SetIfEtag(key, std::move(value),
                       set.keep_ttl ? std::nullopt : std::optional<int64_t>(ttl_millis),
                       set.condition.etag());
  }
  return SetPx(key, value, ttl_millis);
}

}  // namespace cachestore::redis
