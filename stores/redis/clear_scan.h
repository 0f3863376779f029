// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLEAR_SCAN_H_
#define STORES_REDIS_CLEAR_SCAN_H_

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "stores/redis/client.h"

namespace cachestore::redis {

// Removes every key of the client's key space that is there from beginning to end, and no other, by
// SCAN and UNLINK in steps of some hundred keys, so that the requests of others take their turns in
// between. Each step is bounded by the client's timeout, and all of them by `deadline`. Then runs
// `done`, with the error of the first step that failed; `client` must outlive that. Takes O(keys in
// the whole database), as SCAN does.
void ClearKeys(Client& client, absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLEAR_SCAN_H_
