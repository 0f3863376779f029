// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_STREAM_CALL_H_
#define SERVICE_TRANSPORTS_GRPC_STREAM_CALL_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "service/door/door.h"
#include "service/transports/grpc/completion_tag.h"
#include "service/transports/grpc/posted_call.h"
#include "service/transports/grpc/raw_service.h"
#include "stores/call_gate.h"
#include "stores/mutex.h"

namespace cachestore {

// One streaming call over gRPC, from waiting for it to its end. Each that arrives posts the next.
// Lives for as long as an operation of its own is under way or somebody else shares it.
class StreamCall final : public PostedCall<Stream>,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  // Is told of each stream that arrives.
  using OnArrival = std::function<void(const std::shared_ptr<StreamCall>& stream)>;

  // Waits for a call of `door.methods()[method]` on `queue`; not once `posted` is closed. Each
  // holds a pass of `posted` for as long as it may use the queue. All, and what `on_arrival` holds,
  // must outlive the last pass.
  static void Post(Door& door, RawService& service, size_t method,
                   grpc::ServerCompletionQueue& queue, CallGate& posted,
                   const OnArrival& on_arrival);

  void WriteLatest(absl::Cord message) override;
  void Finish(absl::Status status) override;

 private:
  // An operation under way keeps the call alive until it has ended.
  class Operation final : public CompletionTag {
   public:
    Operation(StreamCall& call, void (StreamCall::*on_end)(bool ok))
        : call_(call), on_end_(on_end) {}

    // The tag to start the operation with.
    void* Start() {
      keep_alive_ = call_.shared_from_this();
      return static_cast<CompletionTag*>(this);
    }
    bool under_way() const { return keep_alive_ != nullptr; }

   private:
    void OnCompletion(bool ok) override {
      const std::shared_ptr<StreamCall> last = std::move(keep_alive_);
      (call_.*on_end_)(ok);
    }

    StreamCall& call_;
    void (StreamCall::*const on_end_)(bool ok);
    std::shared_ptr<StreamCall> keep_alive_;
  };

  StreamCall(Door& door, RawService& service, size_t method, grpc::ServerCompletionQueue& queue,
             CallGate& posted, CallGate::Pass pass, OnArrival on_arrival);

  void OnArrived(bool ok);
  void OnRead(bool ok) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWritten(bool ok) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnFinished(bool ok);
  void OnDone(bool ok) ABSL_LOCKS_EXCLUDED(mutex_);

  // Starts what can be started: the next write, or else the end, or else the next read.
  void Proceed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Door& door_;
  RawService& service_;
  const size_t method_;
  grpc::ServerCompletionQueue& queue_;
  CallGate& posted_;
  const OnArrival on_arrival_;

  RawService::StreamWriter writer_{&context()};
  Operation arrival_{*this, &StreamCall::OnArrived};
  Operation done_{*this, &StreamCall::OnDone};
  Operation finish_{*this, &StreamCall::OnFinished};

  Mutex mutex_;
  Operation read_ ABSL_GUARDED_BY(mutex_){*this, &StreamCall::OnRead};
  Operation write_ ABSL_GUARDED_BY(mutex_){*this, &StreamCall::OnWritten};
  grpc::ByteBuffer message_;  // What is being read.
  std::shared_ptr<StreamHandler> handler_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Cord> unwritten_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;  // Or handling what was read.
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool sent_ ABSL_GUARDED_BY(mutex_) =
      false;  // All that was written; the handler is to hear of it.
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);  // Of a call that is to end.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;  // The status is on its way, or nobody listens.
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_STREAM_CALL_H_
