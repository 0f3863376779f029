// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CALL_COALESCER_H_
#define CLIENT_CALL_COALESCER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "client/coalescing_lane.h"
#include "client/service_connection.h"
#include "protos/cache_codec.h"

namespace cachestore {

// How calls travel together: see RemoteCacheStore::Options.
struct Coalescing {
  // The most calls of one batch; at most the client's max_batch_keys. Lower it where batches that
  // large take the service, or your callbacks, too long: all its calls are answered together.
  size_t max_calls = 256;

  // How long a call may wait for others although nothing of its kind is in flight. Zero: not at
  // all. Raise it, by milliseconds, which is how fine the timer is, where the service's work counts
  // more than a call's latency.
  absl::Duration max_wait = absl::ZeroDuration();
};

// INVALID_ARGUMENT names the field that makes no sense.
absl::Status CheckCoalescing(const Coalescing& coalescing);

// Sends calls of one kind that are made while another is in flight as one batch: implicit
// pipelining, as the Redis clients redispipe and rueidis do it, or Nagle's algorithm (RFC 896) for
// calls. Each call keeps its own deadline, result and error. Thread-safe; nothing blocks, and no
// callback runs before the function that it was given to has returned.
//
// How many calls wait is not bounded here: one that waits takes less memory than one in flight,
// and waits until its deadline at most, so that the bound is, as without this, what the application
// starts.
class CallCoalescer {
 public:
  using GetCall = CoalescedCall<absl::StatusOr<std::optional<absl::Cord>>>;
  using BoolCall = CoalescedCall<absl::StatusOr<bool>>;
  using StatusCall = CoalescedCall<absl::Status>;

  // `coalescing` has been checked.
  CallCoalescer(const std::shared_ptr<ServiceConnection>& connection, const Coalescing& coalescing,
                size_t max_batch_keys, size_t max_batch_bytes);
  ~CallCoalescer();
  CallCoalescer(const CallCoalescer&) = delete;
  CallCoalescer& operator=(const CallCoalescer&) = delete;

  // Whether a call of so many bytes is to be made here. Not one whose bytes take longer than what
  // an RPC costs beside them: it would gain nothing, and delay the others. None any more, once the
  // service has turned out to know no batches.
  bool Takes(size_t bytes) const;

  void Get(std::string key, GetCall call);
  void Set(codec::SetRequest request, StatusCall call);
  void Delete(std::string key, BoolCall call);
  void Exists(std::string key, BoolCall call);

  // To be called when no call is left: lets go of what would stay until a deadline.
  void Stop();

 private:
  struct Lanes;
  const std::shared_ptr<CoalescingLimits> limits_;
  const std::unique_ptr<Lanes> lanes_;
};

}  // namespace cachestore

#endif  // CLIENT_CALL_COALESCER_H_
