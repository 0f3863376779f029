// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_RESP_PROTOCOL_H_
#define BENCHMARKS_LOAD_RESP_PROTOCOL_H_

#include <deque>

#include "benchmarks/load/call_protocol.h"
#include "benchmarks/load/call_script.h"

namespace cachestore {

// Commands of a Redis. Replies come in the order of the calls, so each byte is known before it
// comes; one that is another ends the connection.
class RespProtocol final : public CallProtocol {
 public:
  // Both must outlive it.
  RespProtocol(const CallScript& script, CallObserver& observer)
      : script_(script), observer_(observer) {}

  void Start(size_t number, int64_t due_ns) override;
  absl::Status Produce(absl::Cord& output) override;
  absl::Status Receive(absl::string_view bytes) override;

 private:
  struct Call {
    absl::string_view reply;
    int64_t due_ns;
  };

  const CallScript& script_;
  CallObserver& observer_;
  absl::Cord unsent_;
  std::deque<Call> in_flight_;
  size_t received_ = 0;  // Of the first one's reply.
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_RESP_PROTOCOL_H_
