// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_STORE_CALL_H_
#define SERVICE_HANDLERS_STORE_CALL_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "protos/cache_codec.h"
#include "service/door/call.h"
#include "stores/cache_options.h"

namespace cachestore {

// What a store is told of a call on the wire.
inline CallOptions OptionsOf(const Call& call) { return {.deadline = call.deadline()}; }

// The options of a Set. Takes the etag out of `request`.
SetOptions SetOptionsOf(codec::SetRequest& request);

// What callers are told where a store has failed. Where the storage is and what is wrong with it is
// not for them: that is in the log and in the service's readiness.
absl::Status ToldToCallers(absl::Status status);

// The same for each item of a batch.
template <typename Result>
void TellCallers(std::vector<absl::StatusOr<Result>>& results) {
  for (absl::StatusOr<Result>& result : results) {
    if (!result.ok()) result = ToldToCallers(result.status());
  }
}

// Ends a call with what a store has given.
inline void FinishStoreCall(Call& call, absl::Status status, absl::Cord reply = {}) {
  call.Finish(ToldToCallers(std::move(status)), std::move(reply));
}

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_STORE_CALL_H_
