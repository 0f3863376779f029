// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_GRPC_PROTOCOL_H_
#define BENCHMARKS_LOAD_GRPC_PROTOCOL_H_

#include <nghttp2/nghttp2.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "benchmarks/load/call_protocol.h"
#include "benchmarks/load/call_script.h"

namespace cachestore {

// Calls of a cache service: gRPC, over the client's session of nghttp2. A call is right if its
// reply is, byte for byte, and its grpc-status is 0.
class GrpcProtocol final : public CallProtocol {
 public:
  // `authorization` is what calls carry as metadata of that name; empty: none. All must outlive it.
  GrpcProtocol(const CallScript& script, absl::string_view authorization, CallObserver& observer);
  ~GrpcProtocol() override;

  void Start(size_t number, int64_t due_ns) override;
  absl::Status Produce(absl::Cord& output) override;
  absl::Status Receive(absl::string_view bytes) override;

 private:
  friend struct GrpcProtocolCallbacks;

  // A call in flight, or one that was and waits to be the next.
  struct Call {
    const CallScript::Exchange* exchange = nullptr;
    int64_t due_ns = 0;
    absl::Cord unsent;    // Of the request.
    size_t received = 0;  // Of the reply that is expected.
    bool is_wrong = false;
    std::string status;  // grpc-status.
  };

  Call* Take();
  void End(Call& call, uint32_t code);

  const CallScript& script_;
  const absl::string_view authorization_;
  CallObserver& observer_;
  nghttp2_session* session_ = nullptr;
  absl::Cord* output_ = nullptr;  // Inside Produce.
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<Call*> idle_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_GRPC_PROTOCOL_H_
