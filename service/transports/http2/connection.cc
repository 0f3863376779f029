// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/connection.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/transports/http2/refused_request.h"
#include "service/transports/http2/reply.h"
#include "service/transports/http2/streaming_call.h"
#include "service/transports/http2/unary_call.h"

namespace cachestore::http2 {
namespace {

// That are ready for the socket. More is made when these are gone.
constexpr size_t kMaxOutputBytes = size_t{1} << 20;

// What is read of a connection at a time: a dozen requests or two, or large messages.
constexpr size_t kFewBytes = 1024;
constexpr size_t kMuchBytes = size_t{256} * 1024;

// A streamed message waits within its stream's window until its turn comes. The window opens again
// when half of it has been consumed, so that a message of up to the other half always fits.
size_t MaxStreamedBytes(const Connection::Options& options) {
  return std::min<size_t>(options.max_message_bytes,
                          options.session.stream_window_bytes / 2 - kMessagePrefixBytes);
}

// Whether the first that came begins as a request of HTTP/1.1 does.
bool IsHttp1(absl::string_view bytes) {
  return absl::StrContains(bytes.substr(0, bytes.find('\n')), " HTTP/1.");
}

absl::Status NoSuchMethod(const std::string& path) {
  return absl::UnimplementedError(absl::StrCat(path, ": this service has no such method"));
}

}  // namespace

Connection::Connection(const Options& options, Service& service, WorkQueue& queue, Carrier& carrier,
                       std::string peer)
    : options_(options),
      service_(service),
      queue_(queue),
      carrier_(carrier),
      caller_(std::make_shared<Caller>(Caller{.address = std::move(peer)})),
      lifetime_(options.lifetime, queue.now()),
      unsent_bytes_(options.max_unsent_bytes, &service.unsent_bytes),
      awaited_messages_(session_, options.session.stream_window_bytes),
      session_(options.session, *this) {
  OnTime();
}

bool Connection::wants_much() const { return awaited_messages_.bytes() > kFewBytes; }

size_t Connection::wanted_bytes() const {
  return wants_much() ? kMuchBytes : kFewBytes + awaited_messages_.bytes();
}

void Connection::Receive(absl::string_view bytes) {
  lifetime_.OnHeard(queue_.now());
  const absl::Status status = session_.Receive(bytes);
  if (session_.has_begun()) lifetime_.OnHandshake();
  if (session_.is_busy()) lifetime_.OnBusy(queue_.now());
  if (status.ok()) return;
  is_over_ = true;
  if (!session_.has_begun()) output_.Append(IsHttp1(bytes) ? NotHttp2() : NotHttp());
}

void Connection::Produce() {
  // Nothing is said before the peer has shown what it speaks: one that speaks HTTP/1.1 gets an
  // answer in that.
  if (is_over_ || (!session_.has_begun() && !session_.is_over())) return;
  if (!session_.Produce(output_, kMaxOutputBytes).ok()) is_over_ = true;
}

void Connection::OnSent(size_t bytes) {
  output_.Consume(bytes);
  is_blocked_ = false;
}

void Connection::OnFlushed() {
  const bool is_blocked = !output_.empty() || session_.has_unsent_bodies();
  if (std::exchange(is_blocked_, is_blocked) || !is_blocked) return;
  // It begins to be, or is again after it has moved.
  lifetime_.OnMoved(queue_.now());
  carrier_.WakeAt(After(queue_.now(), options_.lifetime.stall));
}

void Connection::OnTime() {
  const Moment now = queue_.now();
  deadlines_.EndUntil(now);
  switch (lifetime_.At(now, session_.is_busy(), is_blocked_)) {
    case Lifetime::Act::kNothing:
      break;
    case Lifetime::Act::kPing:
      session_.SendPing();
      carrier_.OnOutput();
      break;
    case Lifetime::Act::kGoAway:
      AnnounceGoAway();
      break;
    case Lifetime::Act::kClose:
      is_given_up_ = true;
      carrier_.OnOutput();
      break;
  }
  const Moment next = std::min(lifetime_.next(), deadlines_.next());
  if (next != kNever) carrier_.WakeAt(next);
}

void Connection::EndAt(Moment deadline, Deadlines::Timed& call) {
  const bool is_first = deadline < deadlines_.next();
  deadlines_.Add(deadline, call);
  if (is_first) carrier_.WakeAt(deadline);
}

void Connection::AnnounceGoAway() {
  if (std::exchange(is_announced_, true)) return;
  if (!session_.has_begun()) return GoAway();  // Nothing can be on its way.
  session_.AnnounceGoAway();
  carrier_.OnOutput();
}

void Connection::GoAway() {
  if (std::exchange(is_going_, true)) return;
  session_.GoAway();
  carrier_.OnOutput();
}

Session::Exchange* Connection::OnRequest(int32_t stream, RequestHead& head) {
  if (const std::optional<int> error = head.HttpError(); error.has_value()) {
    if (!head.is_head()) return RefusedRequest::Answer(stream, *error, session_);
    session_.SendHeadOnly(stream, HttpError(*error));
    return nullptr;
  }
  const absl::Status status = Check(head);
  const Method* const method = status.ok() ? service_.methods.Find(head.path()) : nullptr;
  if (method != nullptr) return Begin(stream, *method, head);
  if (head.is_compressed()) {
    session_.SendHeadOnly(stream, UnknownEncoding(status));
  } else {
    session_.SendHeadOnly(stream, TrailersOnly(status.ok() ? NoSuchMethod(head.path()) : status));
  }
  return nullptr;
}

absl::Status Connection::Check(const RequestHead& head) const {
  if (caller_->abandoned_calls >= options_.session.max_streams) {
    return absl::ResourceExhaustedError(absl::StrCat(
        caller_->abandoned_calls,
        " calls that were cancelled on this connection are still under way; call again later"));
  }
  return head.Check();
}

Session::Exchange* Connection::Begin(int32_t stream, const Method& method, RequestHead& head) {
  CallOrigin origin = CallOrigin::Of(head, queue_.now(), caller_);
  if (std::holds_alternative<Method::Unary>(method.handle)) {
    return new UnaryCall(stream, method, std::move(origin), options_.max_message_bytes, *this,
                         queue_);
  }
  StreamingCall* const call = StreamingCall::Begin(stream, method, std::move(origin),
                                                   MaxStreamedBytes(options_), *this, queue_);
  if (is_announced_) call->OnGoAway();
  return call;
}

}  // namespace cachestore::http2
