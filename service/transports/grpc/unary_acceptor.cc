// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/unary_acceptor.h"

#include <utility>

#include "protos/byte_buffer.h"
#include "protos/status.h"
#include "service/transports/grpc/completion_tag.h"
#include "service/transports/grpc/posted_call.h"

namespace cachestore {

// One call, from waiting for it to its end. Owns itself.
class UnaryAcceptor::UnaryCall final : public PostedCall<Call>,
                                       private CompletionTag,
                                       private ServerQueue::Work {
 public:
  UnaryCall(UnaryAcceptor& acceptor, CallGate::Pass pass)
      : PostedCall(std::move(pass)), acceptor_(acceptor) {
    acceptor_.service_.RequestUnary(static_cast<int>(acceptor_.method_), &context(), &buffer_,
                                    &writer_, &acceptor_.queue_.completions(),
                                    static_cast<CompletionTag*>(this));
  }

  const absl::Cord& request() const override { return request_; }

 private:
  ~UnaryCall() override = default;

  void OnCompletion(bool ok) override {
    if (arrived_ || !ok) {  // The reply is sent, or the server shuts down and nobody came.
      delete this;
      return;
    }
    arrived_ = true;
    acceptor_.OnArrival();
    request_ = CordFromByteBuffer(buffer_);
    buffer_.Clear();
    Door& door = acceptor_.door_;
    door.Begin(door.methods()[acceptor_.method_], *this);
  }

  void Send(absl::Status status, absl::Cord reply) override {
    status_ = std::move(status);
    reply_ = std::move(reply);
    acceptor_.queue_.Do(*this);
  }

  // Sends the reply.
  void Do() override {
    void* const tag = static_cast<CompletionTag*>(this);
    if (status_.ok()) {
      writer_.Finish(ByteBufferFromCord(reply_), grpc::Status::OK, tag);
    } else {
      writer_.FinishWithError(ToGrpcStatus(status_), tag);
    }
  }

  UnaryAcceptor& acceptor_;
  bool arrived_ = false;
  grpc::ByteBuffer buffer_;
  RawService::UnaryWriter writer_{&context()};
  absl::Cord request_;
  absl::Status status_;
  absl::Cord reply_;
};

void UnaryAcceptor::Post() {
  CallGate::Pass pass = posted_.Enter();
  if (pass) new UnaryCall(*this, std::move(pass));
}

void UnaryAcceptor::OnArrival() {
  Post();
  if (waiting_ >= kMostWaiting) return;
  ++waiting_;
  Post();
}

}  // namespace cachestore
