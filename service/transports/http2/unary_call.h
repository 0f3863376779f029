// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_UNARY_CALL_H_
#define SERVICE_TRANSPORTS_HTTP2_UNARY_CALL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/door/call.h"
#include "service/door/method.h"
#include "service/transports/http2/call_host.h"
#include "service/transports/http2/message_reader.h"
#include "service/transports/http2/session.h"

namespace cachestore::http2 {

// One unary call, from its head to its end. Owns itself: it is gone when its stream is closed and
// its handler, if it ever got that far, has finished it.
class UnaryCall final : public Call,
                        public Session::Exchange,
                        private WorkQueue::Work,
                        private Deadlines::Timed {
 public:
  // `host` must live until OnClosed; `method` and `queue` must outlive the call.
  UnaryCall(int32_t stream, const Method& method, CallOrigin origin, size_t max_message_bytes,
            CallHost& host, WorkQueue& queue)
      : Exchange(stream),
        method_(method),
        origin_(std::move(origin)),
        host_(&host),
        queue_(queue),
        reader_(max_message_bytes) {}

  const absl::Cord& request() const override { return *request_; }
  absl::Time deadline() const override { return origin_.deadline; }
  std::string peer() const override { return origin_.caller->address; }
  CertificateNames certificate_names() const override { return origin_.caller->certificate_names; }
  std::optional<std::string> FindMetadata(absl::string_view name) const override {
    return http2::FindMetadata(origin_.metadata, name);
  }
  void AddInitialMetadata(absl::string_view name, absl::string_view value) override {
    AddMetadata(name, value, initial_metadata_);
  }
  void AddTrailingMetadata(absl::string_view name, absl::string_view value) override {
    AddMetadata(name, value, trailing_metadata_);
  }

  void OnBody(absl::string_view bytes) override;
  void OnEnd() override;
  void OnBodySent() override { share_ = {}; }
  void OnGoAway() override {}  // It ends by itself.
  void OnClosed() override;

 private:
  ~UnaryCall() override = default;

  void Send(absl::Status status, absl::Cord reply) override;
  void Do() override;
  void OnDeadline() override;

  absl::Status Read(absl::string_view bytes);
  void StopAwaiting();
  absl::Status CheckRequest() const;
  void Answer();

  const Method& method_;
  const CallOrigin origin_;
  CallHost* host_;  // Null once the stream is closed.
  WorkQueue& queue_;
  MessageReader reader_;
  size_t awaited_bytes_ = 0;  // The request's message, while it is not complete.
  bool is_handled_ = false;   // A handler has the call, and has not finished it.
  bool is_answered_ = false;  // By a handler or without one.
  std::optional<absl::Cord> request_;
  absl::Status status_;
  absl::Cord reply_;
  Fields initial_metadata_;
  Fields trailing_metadata_;
  UnsentBytes::Share share_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_UNARY_CALL_H_
