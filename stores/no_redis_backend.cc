// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "stores/event_log.h"
#include "stores/redis_backend.h"

namespace cachestore {
namespace {

absl::Status NoRedis() {
  return absl::InvalidArgumentError(
      "backend: this build has no Redis in it; build it without --config=noredis, or use memory or "
      "none");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CacheStore>> CreateRedisStore(const CacheSettings&,
                                                             const EventLog&) {
  return NoRedis();
}

absl::StatusOr<std::string> ReadRedisUrl(const CacheSettings&) { return NoRedis(); }

std::string RedisUrlToShow(const std::string&) { return ""; }

}  // namespace cachestore
