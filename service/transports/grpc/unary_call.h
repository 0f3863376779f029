// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_
#define SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "service/door/door.h"
#include "service/transports/grpc/completion_tag.h"
#include "service/transports/grpc/raw_service.h"

namespace cachestore {

// One unary call over gRPC, from waiting for it to its end. Owns itself: each that arrives posts
// the next, so that as many wait as were posted at the start.
class UnaryCall final : public Call, private CompletionTag {
 public:
  // Waits for a call of `door.methods()[method]` on `queue`. All must outlive the queue's last tag.
  static void Post(Door& door, RawService& service, size_t method,
                   grpc::ServerCompletionQueue& queue);

  const absl::Cord& request() const override { return request_; }
  absl::Time deadline() const override;
  std::string peer() const override { return context_.peer(); }

 private:
  UnaryCall(Door& door, RawService& service, size_t method, grpc::ServerCompletionQueue& queue);
  ~UnaryCall() override = default;

  void OnCompletion(bool ok) override;
  void Send(absl::Status status, absl::Cord reply) override;

  Door& door_;
  RawService& service_;
  const size_t method_;
  grpc::ServerCompletionQueue& queue_;

  bool arrived_ = false;
  grpc::ServerContext context_;
  grpc::ByteBuffer buffer_;
  RawService::UnaryWriter writer_{&context_};
  absl::Cord request_;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_UNARY_CALL_H_
