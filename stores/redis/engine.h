// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_ENGINE_H_
#define STORES_REDIS_ENGINE_H_

#include <atomic>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "stores/limits.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/redis_options.h"
#include "stores/redis/router.h"
#include "stores/redis/target.h"

namespace cachestore::redis {

// What the calls of a RedisCacheStore use: one thread, and a router on it. Who makes calls sees to
// it that the engine outlasts them, and is stopped when the last has left.
struct Engine {
  // As RedisCacheStore::Create.
  static absl::StatusOr<std::shared_ptr<Engine>> Create(const RedisOptions& options);

  Engine(std::unique_ptr<EventLoop> event_loop, const RedisOptions& options);

  // For when no call is left. Runs `stopped` when thread, connection and memory are gone.
  static void Stop(const std::shared_ptr<Engine>& engine, absl::AnyInvocable<void() &&> stopped);

  const Limits limits;
  const bool allow_clear_all;
  const KeySpace keys;
  std::atomic<bool> is_stopping{false};
  const std::unique_ptr<EventLoop> loop;
  std::unique_ptr<Router> router;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_ENGINE_H_
