// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_RESP_PROTOCOL_H_
#define BENCHMARKS_LOAD_RESP_PROTOCOL_H_

#include <deque>
#include <string>

#include "benchmarks/load/call_protocol.h"
#include "benchmarks/load/workload.h"

namespace cachestore {

// GETs of a Redis (https://redis.io/docs/reference/protocol-spec). Replies come in the order of the
// calls, so each byte is known before it comes; one that is another ends the connection.
class RespProtocol final : public CallProtocol {
 public:
  // Both must outlive it.
  RespProtocol(const Workload& workload, CallObserver& observer);

  void Start(size_t key, int64_t due_ns) override;
  absl::Status Produce(std::string& output) override;
  absl::Status Receive(absl::string_view bytes) override;

 private:
  struct Call {
    size_t key;
    int64_t due_ns;
  };

  // Makes reply_ that of the first call in flight.
  void ExpectNext();

  const Workload& workload_;
  CallObserver& observer_;
  std::string unsent_;
  std::deque<Call> in_flight_;
  std::string value_;
  std::string reply_;
  size_t received_ = 0;  // Of reply_.
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_RESP_PROTOCOL_H_
