// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_
#define SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "service/door/door.h"
#include "service/transports/grpc/completion_tag.h"
#include "service/transports/grpc/raw_service.h"
#include "stores/call_gate.h"

namespace cachestore {

// One unary call over gRPC, from waiting for it to its end. Owns itself: each that arrives posts
// the next, so that as many wait as were posted at the start.
class UnaryCall final : public Call, private CompletionTag {
 public:
  // Waits for a call of `door.methods()[method]` on `queue`; not once `posted` is closed. Each
  // holds a pass of `posted` for as long as it may use the queue. All must outlive the last pass.
  static void Post(Door& door, RawService& service, size_t method,
                   grpc::ServerCompletionQueue& queue, CallGate& posted);

  const absl::Cord& request() const override { return request_; }
  absl::Time deadline() const override;
  std::string peer() const override { return context_.peer(); }

 private:
  UnaryCall(Door& door, RawService& service, size_t method, grpc::ServerCompletionQueue& queue,
            CallGate& posted, CallGate::Pass pass);
  ~UnaryCall() override = default;

  void OnCompletion(bool ok) override;
  void Send(absl::Status status, absl::Cord reply) override;

  const CallGate::Pass posted_pass_;  // First, to be given back last.
  Door& door_;
  RawService& service_;
  const size_t method_;
  grpc::ServerCompletionQueue& queue_;
  CallGate& posted_;

  bool arrived_ = false;
  grpc::ServerContext context_;
  grpc::ByteBuffer buffer_;
  RawService::UnaryWriter writer_{&context_};
  absl::Cord request_;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_
