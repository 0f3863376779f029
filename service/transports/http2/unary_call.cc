// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/unary_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/transports/http2/reply.h"

namespace cachestore::http2 {

void UnaryCall::OnBody(absl::string_view bytes) {
  if (is_answered_) return;
  status_ = Read(bytes);
  if (request_.has_value() || !status_.ok()) StopAwaiting();
  if (!status_.ok()) Answer();
}

absl::Status UnaryCall::Read(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (request_.has_value()) {
      return absl::UnimplementedError(
          absl::StrCat(method_.path, ": takes one request message, and more were sent"));
    }
    absl::StatusOr<std::optional<absl::Cord>> message = reader_.Read(bytes);
    if (!message.ok()) return message.status();
    request_ = *std::move(message);
  }
  if (awaited_bytes_ == 0 && reader_.missing_bytes() > 0) {
    awaited_bytes_ = reader_.whole_bytes();
    host_->awaited_messages().Add(*this, awaited_bytes_);
  }
  return absl::OkStatus();
}

absl::Status UnaryCall::CheckRequest() const {
  if (request_.has_value()) return absl::OkStatus();
  if (reader_.is_inside()) {
    return absl::InternalError("the request ends in the middle of its message");
  }
  return absl::UnimplementedError(
      absl::StrCat(method_.path, ": takes one request message, and none was sent"));
}

void UnaryCall::OnEnd() {
  if (is_answered_) return;
  StopAwaiting();
  status_ = CheckRequest();
  if (!status_.ok()) return Answer();
  is_handled_ = true;
  host_->door().Begin(method_, *this);
  if (!is_answered_ && origin_.moment != kNever) host_->EndAt(origin_.moment, *this);
}

void UnaryCall::Send(absl::Status status, absl::Cord reply) {
  // What the handler got is not read any more, and may be large.
  request_->Clear();
  status_ = std::move(status);
  reply_ = std::move(reply);
  queue_.Do(*this);
}

// The handler has finished the call.
void UnaryCall::Do() {
  is_handled_ = false;
  if (host_ == nullptr) {
    --origin_.caller->abandoned_calls;
    delete this;
    return;
  }
  if (is_answered_) return;
  host_->deadlines().Remove(*this);
  Answer();
}

void UnaryCall::OnDeadline() {
  // The handler goes on with the request, and will find nobody to answer to.
  is_answered_ = true;
  host_->session().SendHeadOnly(
      *this, TrailersOnly(absl::DeadlineExceededError("the caller's deadline has passed")));
  host_->OnOutput();
}

void UnaryCall::Answer() {
  is_answered_ = true;
  Session& session = host_->session();
  if (status_.ok() && !host_->unsent_bytes().Take(reply_.size(), share_)) {
    status_ = TooMuchUnsent();
  }
  if (!status_.ok()) {
    session.SendHeadOnly(*this, TrailersOnly(status_, initial_metadata_, trailing_metadata_));
  } else {
    if (initial_metadata_.empty()) {
      session.SendHead(*this, ReplyHead());
    } else {
      session.SendHead(*this, ReplyHead(initial_metadata_));
    }
    session.SendBody(*this, Framed(std::move(reply_)));
    session.SendTrailers(*this, Trailers(status_, trailing_metadata_));
  }
  host_->OnOutput();
}

void UnaryCall::StopAwaiting() {
  if (awaited_bytes_ == 0) return;
  host_->awaited_messages().Remove(*this, std::exchange(awaited_bytes_, 0));
}

void UnaryCall::OnClosed() {
  StopAwaiting();
  host_->deadlines().Remove(*this);
  host_ = nullptr;
  if (!is_handled_) {
    delete this;
    return;
  }
  ++origin_.caller->abandoned_calls;
}

}  // namespace cachestore::http2
