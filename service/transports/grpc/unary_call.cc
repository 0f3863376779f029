// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/unary_call.h"

#include <utility>

#include "protos/byte_buffer.h"
#include "protos/status.h"
#include "service/transports/grpc/deadline.h"

namespace cachestore {

void UnaryCall::Post(Door& door, RawService& service, size_t method,
                     grpc::ServerCompletionQueue& queue, CallGate& posted) {
  CallGate::Pass pass = posted.Enter();
  if (pass) new UnaryCall(door, service, method, queue, posted, std::move(pass));
}

UnaryCall::UnaryCall(Door& door, RawService& service, size_t method,
                     grpc::ServerCompletionQueue& queue, CallGate& posted, CallGate::Pass pass)
    : posted_pass_(std::move(pass)),
      door_(door),
      service_(service),
      method_(method),
      queue_(queue),
      posted_(posted) {
  service_.RequestUnary(static_cast<int>(method_), &context_, &buffer_, &writer_, &queue_,
                        static_cast<CompletionTag*>(this));
}

absl::Time UnaryCall::deadline() const { return DeadlineOf(context_); }

void UnaryCall::OnCompletion(bool ok) {
  if (arrived_ || !ok) {  // The reply is sent, or the server shuts down and nobody came.
    delete this;
    return;
  }
  arrived_ = true;
  Post(door_, service_, method_, queue_, posted_);
  request_ = CordFromByteBuffer(buffer_);
  buffer_.Clear();
  door_.Begin(door_.methods()[method_], *this);
}

void UnaryCall::Send(absl::Status status, absl::Cord reply) {
  void* const tag = static_cast<CompletionTag*>(this);
  if (status.ok()) {
    writer_.Finish(ByteBufferFromCord(reply), grpc::Status::OK, tag);
  } else {
    writer_.FinishWithError(ToGrpcStatus(status), tag);
  }
}

}  // namespace cachestore
