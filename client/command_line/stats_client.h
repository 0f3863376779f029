// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_STATS_CLIENT_H_
#define CLIENT_COMMAND_LINE_STATS_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/command_line/target.h"
#include "protos/admin.grpc.pb.h"

namespace cachestore {

// Asks a service for its figures, by one connection however often. Not thread-safe.
class StatsClient {
 public:
  // `target` must outlive this.
  explicit StatsClient(const Target& target);

  // Blocks for the target's timeout at most. PERMISSION_DENIED and UNAUTHENTICATED as CacheAdmin
  // says, UNIMPLEMENTED of a service that knows no figures.
  absl::StatusOr<v1::StatsResponse> Read(bool want_history = false);

 private:
  const Target& target_;
  const std::unique_ptr<v1::CacheAdmin::Stub> admin_;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_STATS_CLIENT_H_
