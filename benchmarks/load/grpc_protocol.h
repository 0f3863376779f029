// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_GRPC_PROTOCOL_H_
#define BENCHMARKS_LOAD_GRPC_PROTOCOL_H_

#include <nghttp2/nghttp2.h>

#include <memory>
#include <string>
#include <vector>

#include "benchmarks/load/call_protocol.h"
#include "benchmarks/load/workload.h"

namespace cachestore {

// Gets of a cache service: gRPC, over the client's session of nghttp2. A call is right if its reply
// is, byte for byte, and its grpc-status is 0.
class GrpcProtocol final : public CallProtocol {
 public:
  // Both must outlive it.
  GrpcProtocol(const Workload& workload, CallObserver& observer);
  ~GrpcProtocol() override;

  void Start(size_t key, int64_t due_ns) override;
  absl::Status Produce(std::string& output) override;
  absl::Status Receive(absl::string_view bytes) override;

 private:
  friend struct GrpcProtocolCallbacks;

  // A call in flight, or one that was and waits to be the next.
  struct Call {
    size_t key = 0;
    int64_t due_ns = 0;
    std::string request;
    size_t sent = 0;  // Of the request.
    std::string reply;
    std::string status;  // grpc-status.
  };

  Call* Take();
  // Empty if a call was answered as it had to be.
  std::string Error(const Call& call, uint32_t code);
  void End(Call& call, uint32_t code);

  const Workload& workload_;
  CallObserver& observer_;
  nghttp2_session* session_ = nullptr;
  std::string value_;
  std::string expected_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<Call*> idle_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_GRPC_PROTOCOL_H_
