// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLEAR_SCAN_H_
#define STORES_REDIS_CLEAR_SCAN_H_

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "stores/redis/client.h"

namespace cachestore::redis {

// How keys are removed that SCAN has found: a page of them by one command; or, where a server
// refuses that for keys of several slots, by a command for each, sent together.
enum class ClearBy { kOneCommandAPage, kOneCommandAKey };

// Removes every key of the client's key space that is there from beginning to end, and no other, by
// SCAN and UNLINK in steps of some hundred keys, so that the requests of others take their turns in
// between. Each step is bounded by the client's timeout, and all of them by `deadline`. Then runs
// `done`, with the error of the first step that failed; `client` must outlive that. Takes O(keys in
// the whole database), as SCAN does. UNAVAILABLE, besides, if the slots of keys have
// moved to another server meanwhile.
void ClearKeys(Client& client, ClearBy by, absl::Time deadline,
               absl::AnyInvocable<void(absl::Status) &&> done);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLEAR_SCAN_H_
