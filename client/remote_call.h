// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_REMOTE_CALL_H_
#define CLIENT_REMOTE_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/call_queue.h"
#include "client/channel.h"
#include "client/service_connection.h"
#include "protos/byte_buffer.h"
#include "stores/call_gate.h"

namespace cachestore {

// What the service is asked.
struct RemoteRequest {
  const char* method;  // "/package.Service/Method"
  Repetition repetition;
  absl::Cord message = {};
};

// The error for an answer that is no message.
absl::Status NoAnswer(const ServiceAddress& address);

// One RPC in flight; deletes itself when it has ended.
template <typename Result>
class RemoteCall final : public QueuedCall {
 public:
  using Decode = Result (*)(const absl::Cord& message);
  using Done = absl::AnyInvocable<void(Result) &&>;

  // Gives `done` what `decode` makes of the answer, or the error that the call ended with. `pass`
  // leaves after that; whoever gives none sees to it that `connection` is not released before.
  static void Start(ServiceConnection& connection, const RemoteRequest& request,
                    absl::Time deadline, Decode decode, CallGate::Pass pass, Done done) {
    auto* const call =
        new RemoteCall(connection.address(), decode, std::move(pass), std::move(done));
    call->context_.set_deadline(absl::ToChronoTime(deadline));
    if (!connection.authorization().empty()) {
      call->context_.AddMetadata("authorization", connection.authorization());
    }
    call->reader_ = connection.stub(request.repetition)
                        .PrepareUnaryCall(&call->context_, request.method,
                                          ByteBufferFromCord(request.message), &CallQueue());
    call->reader_->StartCall();
    // The last access: from here on the call may end, on another thread, and be gone.
    call->reader_->Finish(&call->response_, &call->status_, call);
  }

  void Finished() override {
    std::unique_ptr<RemoteCall> self(this);
    const CallGate::Pass pass = std::move(pass_);
    Done done = std::move(done_);
    Result result = MakeResult();
    // From here on nothing of this call holds the channel.
    self.reset();
    std::move(done)(std::move(result));
    done = nullptr;
  }

 private:
  RemoteCall(const ServiceAddress& address, Decode decode, CallGate::Pass pass, Done done)
      : address_(address), decode_(decode), pass_(std::move(pass)), done_(std::move(done)) {}

  Result MakeResult() const {
    if (!status_.ok()) return FromServiceStatus(status_, address_);
    // gRPC lets an OK without a message pass.
    if (response_.Valid()) {
      Result result = decode_(CordFromByteBuffer(response_));
      if (result.ok()) return result;
    }
    return NoAnswer(address_);
  }

  const ServiceAddress& address_;
  const Decode decode_;
  CallGate::Pass pass_;
  Done done_;
  grpc::ClientContext context_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
};

}  // namespace cachestore

#endif  // CLIENT_REMOTE_CALL_H_
