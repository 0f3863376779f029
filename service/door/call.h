// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_CALL_H_
#define SERVICE_DOOR_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/access/certificate_names.h"
#include "service/access/identity.h"
#include "service/door/call_metrics.h"
#include "service/log/call_log.h"
#include "stores/call_gate.h"
#include "stores/monotonic_clock.h"

namespace cachestore {

// How many calls came through the door, how many of them have been answered, and how many of those
// (streams aside, which end by being cancelled) with an error.
struct CallCounts {
  std::atomic<uint64_t> started{0};
  std::atomic<uint64_t> finished{0};
  std::atomic<uint64_t> in_error{0};
};

// One call that has arrived, of either kind, as the door and a handler see it. A transport derives
// its own from the two below; the door lets it in and counts it out.
class ArrivedCall {
 public:
  ArrivedCall(const ArrivedCall&) = delete;
  ArrivedCall& operator=(const ArrivedCall&) = delete;
  virtual ~ArrivedCall() = default;

  // When the caller stops waiting; absl::InfiniteFuture() if it did not say.
  virtual absl::Time deadline() const = 0;

  // The caller's address as gRPC writes it: ipv4:127.0.0.1:40000, ipv6:[::1]:40000, unix:/path.
  virtual std::string peer() const = 0;

  // Whom the caller has shown to be, in the handshake of its connection.
  virtual CertificateNames certificate_names() const = 0;

  // Who the caller is, for as long as the call is there. Null without access control, and for a
  // method that everyone may call.
  const Identity* identity() const { return identity_.get(); }

  // The caller's metadata: the first value under `name`, which is in lower case; any bytes if the
  // name ends in "-bin". Null if there is none.
  virtual std::optional<std::string> FindMetadata(absl::string_view name) const = 0;

  // Sends metadata along with the reply: before its first message, or after its last. Not once the
  // call is finished, nor concurrently.
  virtual void AddInitialMetadata(absl::string_view name, absl::string_view value) = 0;
  virtual void AddTrailingMetadata(absl::string_view name, absl::string_view value) = 0;

 protected:
  ArrivedCall() = default;

  // Counts the call as answered, and logs it if it was one `request`. Once.
  void CountFinished(absl::StatusCode code = absl::StatusCode::kOk,
                     const absl::Cord* request = nullptr) {
    if (counts_ == nullptr) return;
    counts_->finished.fetch_add(1, std::memory_order_relaxed);
    if (code != absl::StatusCode::kOk) counts_->in_error.fetch_add(1, std::memory_order_relaxed);
    if (metrics_ == nullptr && log_ == nullptr) return;
    const int64_t nanos = SystemMonotonicClock().NowNanos() - begun_nanos_;
    if (metrics_ != nullptr) metrics_->Record(method_, code, nanos);
    if (log_ != nullptr && request != nullptr && log_->Wants(nanos)) {
      WriteLog(code, nanos, *request);
    }
  }

 private:
  friend class Door;

  void WriteLog(absl::StatusCode code, int64_t nanos, const absl::Cord& request) const;

  CallGate::Pass pass_;             // Held until the transport has let the call go.
  CallCounts* counts_ = nullptr;    // Null until the door has let it in.
  CallMetrics* metrics_ = nullptr;  // Null where nobody asks for them.
  CallLog* log_ = nullptr;          // The same.
  absl::string_view path_;          // Of its method.
  size_t method_ = 0;               // The number of that at the door.
  int64_t begun_nanos_ = 0;
  std::shared_ptr<const Identity> identity_;
};

// A call of one request and one reply. Owns both until it is finished.
class Call : public ArrivedCall {
 public:
  virtual const absl::Cord& request() const = 0;

  // Ends the call: `reply` is sent if `status` is OK. Exactly once, on any thread; the call may be
  // gone when this returns.
  void Finish(absl::Status status, absl::Cord reply) {
    CountFinished(status.code(), &request());
    Send(std::move(status), std::move(reply));
  }

 protected:
  virtual void Send(absl::Status status, absl::Cord reply) = 0;
};

// A call of many messages each way. Thread-safe: a handler may write from any thread, and what it
// does after the call has ended has no effect. Shared by the transport and the handler.
class Stream : public ArrivedCall {
 public:
  // Sends a message to the caller. While another is being sent it waits, in place of one that
  // waited before, which is never sent: so a caller who does not read piles up nothing. A handler
  // that writes once in each OnMessage, and nowhere else, loses none.
  virtual void WriteLatest(absl::Cord message) = 0;

  // Ends the call once nothing that was written is left to send.
  virtual void Finish(absl::Status status) = 0;
};

// What one stream does with the caller's messages. Called by one thread at a time. The next message
// is read only when nothing that was written is left to send: a caller who does not read its
// replies is not read either.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;

  virtual void OnMessage(const absl::Cord& message) = 0;

  // The caller will send no more.
  virtual void OnHalfClose() = 0;

  // Nothing that was written is left to send.
  virtual void OnSent() {}
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_CALL_H_
