// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REQUEST_H_
#define STORES_REDIS_REQUEST_H_

#include <cstddef>
#include <cstdint>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "stores/redis/command.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// A command, and who waits for its reply.
struct Request {
  using Handler = absl::AnyInvocable<void(absl::StatusOr<Reply>) &&>;

  Command command;
  int64_t deadline_nanos;      // On the monotonic clock.
  bool is_deadline_of_caller;  // Rather than the timeout of each request.
  size_t admitted_bytes;       // See RequestLimit.
  Handler handler;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_H_
