// SPDX-License-Identifier: Apache-2.0
#include "stores/event_log.h"
#include "stores/redis_backend.h"

namespace cachestore {

absl::StatusOr<std::unique_ptr<CacheStore>> CreateRedisStore(const CacheSettings&,
                                                             const EventLog&) {
  return absl::InvalidArgumentError(
      "backend: this build has no Redis in it; build it without --config=noredis, or use memory or "
      "none");
}

}  // namespace cachestore
