// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_REMOTE_BATCH_H_
#define CLIENT_REMOTE_BATCH_H_

#include <cstddef>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/remote_call.h"
#include "client/service_connection.h"
#include "protos/batch_codec.h"
#include "stores/cache_options.h"
#include "stores/call_gate.h"

namespace cachestore {

// A batch on its way to the service: in one RPC, or if its messages would be too large in several,
// one after the other.
struct RemoteBatch {
  // An RPC, and how many of the batch's items it is for. One item that is too large for a batch
  // goes by the RPC for single keys.
  struct Part {
    RemoteRequest request;
    size_t items;
    bool is_single = false;
  };

  ServiceConnection& connection;  // Not to be released before the pass has left.
  CallGate::Pass pass;
  absl::Time deadline;
  std::vector<Part> parts = {};
};

// The parts of batches, none with a message above `max_bytes` that is not for a single item.
std::vector<RemoteBatch::Part> SplitKeys(const char* method, Repetition repetition,
                                         absl::Span<const absl::string_view> keys,
                                         size_t max_bytes);
std::vector<RemoteBatch::Part> SplitEntries(const std::vector<codec::SetRequest>& entries,
                                            size_t max_bytes);

// Whether a Set does no harm twice: it may overwrite a later one, but depends on nothing.
bool MayRepeat(const codec::SetRequest& request);

// Make the calls, and give `done` the results of all items, in order. If the first part fails the
// batch does; if a later one does, its items and those after it have its error, unless it refuses
// an item: then that is the error of the batch, though what came before is done.
//
// Values that did not fit the reply are fetched by Gets, a few at a time.
void StartBatchGet(RemoteBatch batch,
                   absl::AnyInvocable<void(absl::StatusOr<BatchGetResults>) &&> done);
void StartBatchBool(RemoteBatch batch,
                    absl::AnyInvocable<void(absl::StatusOr<BatchBoolResults>) &&> done);

}  // namespace cachestore

#endif  // CLIENT_REMOTE_BATCH_H_
