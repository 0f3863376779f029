// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/stream_call.h"

#include <utility>

#include "protos/byte_buffer.h"
#include "protos/status.h"

namespace cachestore {

void StreamCall::Post(Door& door, RawService& service, size_t method,
                      grpc::ServerCompletionQueue& queue, CallGate& posted,
                      const OnArrival& on_arrival) {
  CallGate::Pass pass = posted.Enter();
  if (!pass) return;
  const std::shared_ptr<StreamCall> call(
      new StreamCall(door, service, method, queue, posted, std::move(pass), on_arrival));
  call->service_.RequestStream(static_cast<int>(method), &call->context(), &call->writer_, &queue,
                               call->arrival_.Start());
}

StreamCall::StreamCall(Door& door, RawService& service, size_t method,
                       grpc::ServerCompletionQueue& queue, CallGate& posted, CallGate::Pass pass,
                       OnArrival on_arrival)
    : PostedCall(std::move(pass)),
      door_(door),
      service_(service),
      method_(method),
      queue_(queue),
      posted_(posted),
      on_arrival_(std::move(on_arrival)) {
  // Must be asked for before the call arrives; comes only if it does.
  context().AsyncNotifyWhenDone(static_cast<CompletionTag*>(&done_));
}

void StreamCall::OnArrived(bool ok) {
  if (!ok) return;  // The server shuts down and nobody came.
  done_.Start();
  Post(door_, service_, method_, queue_, posted_, on_arrival_);
  on_arrival_(shared_from_this());
  std::shared_ptr<StreamHandler> handler =
      door_.Begin(door_.methods()[method_], shared_from_this());
  const MutexLock lock(mutex_);
  if (!ended_) handler_ = std::move(handler);
  Proceed();
}

void StreamCall::WriteLatest(absl::Cord message) {
  const MutexLock lock(mutex_);
  if (status_.has_value() || ended_) return;
  unwritten_ = std::move(message);
  Proceed();
}

void StreamCall::Finish(absl::Status status) {
  const MutexLock lock(mutex_);
  if (status_.has_value() || ended_) return;
  status_ = std::move(status);
  Proceed();
}

void StreamCall::Proceed() {
  if (ended_ || writing_) return;
  if (unwritten_.has_value()) {
    writing_ = true;
    writer_.Write(ByteBufferFromCord(*unwritten_), write_.Start());
    unwritten_.reset();
    return;
  }
  if (status_.has_value()) {
    ended_ = true;
    writer_.Finish(ToGrpcStatus(*status_), finish_.Start());
    return;
  }
  if (handler_ != nullptr && !reading_ && !half_closed_) {
    reading_ = true;
    writer_.Read(&message_, read_.Start());
  }
}

void StreamCall::OnRead(bool ok) {
  std::shared_ptr<StreamHandler> handler;
  {
    const MutexLock lock(mutex_);
    half_closed_ = !ok;
    handler = handler_;
  }
  if (handler != nullptr) {
    if (ok) {
      handler->OnMessage(CordFromByteBuffer(message_));
    } else {
      handler->OnHalfClose();
    }
  }
  message_.Clear();
  const MutexLock lock(mutex_);
  reading_ = false;
  Proceed();
}

void StreamCall::OnWritten(bool ok) {
  std::shared_ptr<StreamHandler> handler;
  {
    const MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) unwritten_.reset();  // Nobody listens; OnDone follows.
    if (ok && !unwritten_.has_value()) handler = handler_;
  }
  // On the queue's one thread, as OnRead is. What it writes goes before what is read next.
  if (handler != nullptr) handler->OnSent();
  const MutexLock lock(mutex_);
  Proceed();
}

void StreamCall::OnFinished(bool /*ok*/) {}

void StreamCall::OnDone(bool /*ok*/) {
  CountFinished();
  std::shared_ptr<StreamHandler> handler;  // Freed outside the lock; it shares this call.
  const MutexLock lock(mutex_);
  ended_ = true;
  handler = std::exchange(handler_, nullptr);
}

}  // namespace cachestore
