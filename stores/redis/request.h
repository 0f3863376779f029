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
  Handler handler;
  int64_t deadline_nanos = 0;          // On the monotonic clock, as is the next.
  int64_t written_nanos = 0;           // Zero until it is.
  bool is_deadline_of_caller = false;  // Or of what is left of a call: less than the timeout.

  // What leaves the RequestLimit with it. Of requests that came in together, the last has the call.
  size_t admitted_calls = 0;
  size_t admitted_bytes = 0;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_H_
