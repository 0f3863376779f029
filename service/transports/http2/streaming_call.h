// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_STREAMING_CALL_H_
#define SERVICE_TRANSPORTS_HTTP2_STREAMING_CALL_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/door/call.h"
#include "service/door/method.h"
#include "service/transports/http2/call_host.h"
#include "service/transports/http2/message_reader.h"
#include "service/transports/http2/session.h"
#include "stores/mutex.h"

namespace cachestore::http2 {

// One streaming call. Shared by its stream, while that is open, and its handler.
class StreamingCall final : public Stream,
                            public Session::Exchange,
                            public std::enable_shared_from_this<StreamingCall>,
                            private WorkQueue::Work,
                            private Deadlines::Timed {
 public:
  // Gives a call whose head has come to its handler. `host` must live until OnClosed; `method` and
  // `queue` must outlive the call.
  static StreamingCall* Begin(int32_t stream, const Method& method, CallOrigin origin,
                              size_t max_message_bytes, CallHost& host, WorkQueue& queue);

  absl::Time deadline() const override { return origin_.deadline; }
  std::string peer() const override { return origin_.caller->address; }
  CertificateNames certificate_names() const override { return origin_.caller->certificate_names; }
  std::optional<std::string> FindMetadata(absl::string_view name) const override {
    return http2::FindMetadata(origin_.metadata, name);
  }
  void AddInitialMetadata(absl::string_view name, absl::string_view value) override;
  void AddTrailingMetadata(absl::string_view name, absl::string_view value) override;
  void WriteLatest(absl::Cord message) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish(absl::Status status) override ABSL_LOCKS_EXCLUDED(mutex_);

  void OnBody(absl::string_view bytes) override;
  void OnEnd() override;
  void OnBodySent() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnGoAway() override { Finish(absl::UnavailableError("the server is draining")); }
  void OnClosed() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  StreamingCall(int32_t stream, CallOrigin origin, size_t max_message_bytes, CallHost& host,
                WorkQueue& queue)
      : Exchange(stream),
        origin_(std::move(origin)),
        host_(&host),
        reader_(max_message_bytes),
        queue_(queue) {}

  // Has Do() done on the connection's thread.
  void Schedule() ABSL_LOCKS_EXCLUDED(mutex_);
  void Do() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDeadline() override {
    Finish(absl::DeadlineExceededError("the caller's deadline has passed"));
  }

  // Sends what is to be sent: true if that leaves nothing for the caller to read first.
  bool SendWritten() ABSL_LOCKS_EXCLUDED(mutex_);
  void SendHeadOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Gives the handler what has come, until it writes or there is no more.
  void Deliver() ABSL_LOCKS_EXCLUDED(mutex_);

  const CallOrigin origin_;
  CallHost* host_;  // Null once the stream is closed. On the connection's thread only, as is:
  std::shared_ptr<StreamingCall> open_;  // This, until then.
  std::shared_ptr<StreamHandler> handler_;
  MessageReader reader_;
  std::deque<absl::Cord> received_;  // What the handler has not got yet.
  bool is_refused_ = false;          // What else comes is not looked at.
  bool is_half_closed_ = false;
  bool is_half_close_told_ = false;
  bool is_delivering_ = false;
  bool has_sent_ = false;  // Since the handler was told.
  UnsentBytes::Share share_;

  WorkQueue& queue_;
  Mutex mutex_;
  std::shared_ptr<StreamingCall> scheduled_ ABSL_GUARDED_BY(mutex_);  // This, until Do().
  std::optional<absl::Cord> first_ ABSL_GUARDED_BY(mutex_);           // To be sent next.
  bool is_sending_ ABSL_GUARDED_BY(mutex_) = false;                   // One that was first.
  std::optional<absl::Cord> latest_ ABSL_GUARDED_BY(mutex_);          // After that.
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
  Fields initial_metadata_ ABSL_GUARDED_BY(mutex_);
  Fields trailing_metadata_ ABSL_GUARDED_BY(mutex_);
  bool is_head_sent_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_ended_ ABSL_GUARDED_BY(mutex_) = false;  // The status is sent, or nobody listens.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_STREAMING_CALL_H_
