// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/streaming_call.h"

#include <utility>

#include "service/transports/http2/reply.h"

namespace cachestore::http2 {

StreamingCall* StreamingCall::Begin(int32_t stream, const Method& method, CallOrigin origin,
                                    size_t max_message_bytes, CallHost& host, WorkQueue& queue) {
  const std::shared_ptr<StreamingCall> call(
      new StreamingCall(stream, std::move(origin), max_message_bytes, host, queue));
  call->open_ = call;
  if (call->origin_.moment != kNever) host.EndAt(call->origin_.moment, *call);
  call->handler_ = host.door().Begin(method, call);
  return call.get();
}

void StreamingCall::AddInitialMetadata(absl::string_view name, absl::string_view value) {
  const MutexLock lock(mutex_);
  AddMetadata(name, value, initial_metadata_);
}

void StreamingCall::AddTrailingMetadata(absl::string_view name, absl::string_view value) {
  const MutexLock lock(mutex_);
  AddMetadata(name, value, trailing_metadata_);
}

void StreamingCall::WriteLatest(absl::Cord message) {
  {
    const MutexLock lock(mutex_);
    if (status_.has_value() || is_ended_) return;
    const bool is_busy = is_sending_ || first_.has_value();
    (is_busy ? latest_ : first_) = std::move(message);
    if (is_busy) return;
  }
  Schedule();
}

void StreamingCall::Finish(absl::Status status) {
  {
    const MutexLock lock(mutex_);
    if (status_.has_value() || is_ended_) return;
    status_ = std::move(status);
  }
  Schedule();
}

void StreamingCall::Schedule() {
  {
    const MutexLock lock(mutex_);
    if (scheduled_ != nullptr) return;
    scheduled_ = shared_from_this();
  }
  queue_.Do(*this);
}

void StreamingCall::Do() {
  std::shared_ptr<StreamingCall> alive;
  {
    const MutexLock lock(mutex_);
    alive = std::exchange(scheduled_, nullptr);
  }
  if (host_ == nullptr) return;
  if (SendWritten()) Deliver();
  if (host_ != nullptr) host_->OnOutput();
}

bool StreamingCall::SendWritten() {
  const MutexLock lock(mutex_);
  if (is_ended_ || is_sending_) return false;
  if (first_.has_value() && host_->unsent_bytes().Take(first_->size(), share_)) {
    SendHeadOnce();
    is_sending_ = true;
    host_->session().SendBody(*this, Framed(*std::exchange(first_, std::nullopt)));
    return false;
  }
  if (first_.has_value()) status_ = TooMuchUnsent();
  if (!status_.has_value()) return true;
  End(*status_);
  return false;
}

void StreamingCall::SendHeadOnce() {
  if (std::exchange(is_head_sent_, true)) return;
  host_->session().SendHead(*this, ReplyHead(initial_metadata_));
}

void StreamingCall::End(const absl::Status& status) {
  is_ended_ = true;
  is_refused_ = true;
  received_.clear();
  if (is_head_sent_) {
    host_->session().SendTrailers(*this, Trailers(status, trailing_metadata_));
  } else {
    host_->session().SendHeadOnly(*this,
                                  TrailersOnly(status, initial_metadata_, trailing_metadata_));
  }
}

void StreamingCall::OnBodySent() {
  {
    const MutexLock lock(mutex_);
    share_ = {};
    is_sending_ = false;
    first_ = std::exchange(latest_, std::nullopt);
    has_sent_ = !first_.has_value();
  }
  Schedule();
}

void StreamingCall::OnBody(absl::string_view bytes) {
  while (!is_refused_ && !bytes.empty()) {
    absl::StatusOr<std::optional<absl::Cord>> message = reader_.Read(bytes);
    if (!message.ok()) {
      is_refused_ = true;
      return Finish(message.status());
    }
    if (message->has_value()) received_.push_back(**std::move(message));
  }
  if (!received_.empty()) Schedule();
}

void StreamingCall::OnEnd() {
  if (is_refused_) return;
  if (reader_.is_inside()) {
    return Finish(absl::InternalError("the requests end in the middle of a message"));
  }
  is_half_closed_ = true;
  Schedule();
}

void StreamingCall::Deliver() {
  // A handler that writes or finishes schedules this again, inside of itself.
  if (std::exchange(is_delivering_, true)) return;
  while (handler_ != nullptr && SendWritten()) {
    // The handler may go with the call, but not while it is asked.
    const std::shared_ptr<StreamHandler> handler = handler_;
    if (std::exchange(has_sent_, false)) {
      handler->OnSent();
    } else if (!received_.empty()) {
      const absl::Cord message = std::move(received_.front());
      received_.pop_front();
      host_->session().ConsumeBody(*this, kMessagePrefixBytes + message.size());
      handler->OnMessage(message);
    } else if (is_half_closed_ && !std::exchange(is_half_close_told_, true)) {
      handler->OnHalfClose();
    } else {
      break;
    }
  }
  is_delivering_ = false;
}

void StreamingCall::OnClosed() {
  CountFinished();
  host_->deadlines().Remove(*this);
  host_ = nullptr;
  const std::shared_ptr<StreamHandler> handler = std::move(handler_);  // Freed outside the lock.
  const std::shared_ptr<StreamingCall> alive = std::move(open_);
  const MutexLock lock(mutex_);
  is_ended_ = true;
}

}  // namespace cachestore::http2
