// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/unary_acceptor.h"

#include <optional>
#include <string>
#include <utility>

#include "protos/byte_buffer.h"
#include "protos/status.h"
#include "service/transports/grpc/completion_tag.h"
#include "service/transports/grpc/deadline.h"
#include "service/transports/grpc/metadata.h"

namespace cachestore {

// One call, from waiting for it to its end. Owns itself.
class UnaryAcceptor::UnaryCall final : public Call,
                                       private CompletionTag,
                                       private ServerQueue::Work {
 public:
  UnaryCall(UnaryAcceptor& acceptor, CallGate::Pass pass)
      : posted_pass_(std::move(pass)), acceptor_(acceptor) {
    acceptor_.service_.RequestUnary(static_cast<int>(acceptor_.method_), &context_, &buffer_,
                                    &writer_, &acceptor_.queue_.completions(),
                                    static_cast<CompletionTag*>(this));
  }

  const absl::Cord& request() const override { return request_; }
  absl::Time deadline() const override { return DeadlineOf(context_); }
  std::string peer() const override { return context_.peer(); }
  std::optional<std::string> FindMetadata(absl::string_view name) const override {
    return cachestore::FindMetadata(context_, name);
  }
  void AddInitialMetadata(absl::string_view name, absl::string_view value) override {
    context_.AddInitialMetadata(std::string(name), std::string(value));
  }
  void AddTrailingMetadata(absl::string_view name, absl::string_view value) override {
    context_.AddTrailingMetadata(std::string(name), std::string(value));
  }

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

  const CallGate::Pass posted_pass_;  // First, to be given back last.
  UnaryAcceptor& acceptor_;
  bool arrived_ = false;
  grpc::ServerContext context_;
  grpc::ByteBuffer buffer_;
  RawService::UnaryWriter writer_{&context_};
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
