// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/redirects.h"

#include <utility>

namespace cachestore::redis {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(10);

}  // namespace

Redirects::Step Redirects::Next(Redirection redirection) {
  const bool is_map_old = redirection.type == Redirection::Type::kMoved;
  const int before = count_++;
  if (before == kMax) return {.type = Step::Type::kGiveUp, .is_map_old = is_map_old};
  if (redirection.type == Redirection::Type::kLater) {
    return {.type = Step::Type::kWait, .time = kFirstWait * (1 << before)};
  }
  return {.type = Step::Type::kSend,
          .place = std::move(redirection.place),
          .asking = redirection.type == Redirection::Type::kAsk,
          .is_map_old = is_map_old};
}

}  // namespace cachestore::redis
