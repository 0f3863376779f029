// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_TARGET_H_
#define STORES_REDIS_TARGET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/endpoint.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

// Which servers of Redis a store is kept by, and how they are found.
struct Target {
  enum class Kind {
    kOneServer,  // `server`.
    kSentinel,   // The master of the name `master` that the sentinels at `places` know.
    kCluster,    // The masters of the cluster that those at `places` are of.
  };
  Kind kind = Kind::kOneServer;

  // The server; or all of each server but its host and port, and under `name` the URL as messages
  // may show it.
  Address server;

  // Of sentinels the same: all but host and port.
  Address sentinel;

  std::vector<HostPort> places;  // Each with a port.
  std::string master;
};

// Reads storage_url, which is one of those that ParseUrl reads, or:
//
//   redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT],.../MASTER[/DB]   port 26379, if not given
//   redis+cluster://[[USER]:PASSWORD@]HOST[:PORT],...                port 6379
//   rediss+sentinel://..., rediss+cluster://...                      the same, over TLS
//
// A host without a port has the port of the next one that gives it, so that one port behind the
// last is for all. User and password are for the servers; sentinels that want some are given them
// behind it all, as ?sentinel_password=PASSWORD, or ?sentinel_user=USER&sentinel_password=PASSWORD.
// Errors as ParseUrl's.
absl::StatusOr<Target> ParseTarget(absl::string_view url);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_TARGET_H_
