// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_REDIRECTION_H_
#define STORES_REDIS_CLUSTER_REDIRECTION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "stores/endpoint.h"
#include "stores/redis/cluster/slot.h"

namespace cachestore::redis {

// What a server of a cluster answers instead of running a command.
struct Redirection {
  enum class Type {
    kMoved,  // The slot is `place`'s.
    kAsk,    // The slot is on its way to `place`, and the key there, or nowhere.
    kLater,  // The slot is on its way, and the command's keys are partly here (TRYAGAIN).
  };
  Type type;
  Slot slot = 0;
  HostPort place = {};  // With a port. An empty host is that of the server which answered.
};

// Reads an error of Redis, without its leading "-". Nothing if it is no redirection, or one that
// makes no sense.
std::optional<Redirection> RedirectionOf(absl::string_view error);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_REDIRECTION_H_
