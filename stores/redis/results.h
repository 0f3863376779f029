// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_RESULTS_H_
#define STORES_REDIS_RESULTS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "stores/cache_options.h"
#include "stores/limits.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// What a caller gets for a reply that is no error, and is one to the command that each names.

// GET. FAILED_PRECONDITION if the value is over max_value_bytes, as may be what others store.
absl::StatusOr<std::optional<absl::Cord>> ValueOf(Reply reply, const Limits& limits);

// GET, and GetAndTtl of scripts.h.
absl::StatusOr<GetResult> GetResultOf(Reply reply, const GetOptions& get, const Limits& limits);

// PTTL.
ExistsResult ExistsResultOfTtl(const Reply& reply);

// EXISTS, or PEXPIRE if there is a touch.
ExistsResult ExistsResultOf(const Reply& reply, const ExistsOptions& exists);

// EXISTS and UNLINK of one key: whether it was there.
absl::StatusOr<bool> CountOf(Reply reply, const Limits& limits);

// SET, under a condition or not: whether it stored.
absl::StatusOr<bool> StoredOf(Reply reply, const Limits& limits);

// IncrementBy of scripts.h. FAILED_PRECONDITION if the key holds no number, and OUT_OF_RANGE if the
// sum is none.
absl::StatusOr<IncrementResult> SumOf(Reply reply, const Limits& limits);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_RESULTS_H_
