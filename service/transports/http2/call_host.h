// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_
#define SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/access/certificate_names.h"
#include "service/door/door.h"
#include "service/transports/http2/awaited_messages.h"
#include "service/transports/http2/deadlines.h"
#include "service/transports/http2/request_head.h"
#include "service/transports/http2/session.h"
#include "service/transports/http2/unsent_bytes.h"
#include "service/transports/http2/work_queue.h"

namespace cachestore::http2 {

// What its connection does for a call: on the connection's thread, while the stream is open.
class CallHost {
 public:
  virtual Door& door() = 0;
  virtual Session& session() = 0;
  virtual AwaitedMessages& awaited_messages() = 0;
  virtual UnsentBytes& unsent_bytes() = 0;

  // Ends `call` when its time is over, unless it is taken from deadlines() before.
  virtual void EndAt(Moment deadline, Deadlines::Timed& call) = 0;
  virtual Deadlines& deadlines() = 0;

  // Something is to be sent.
  virtual void OnOutput() = 0;

 protected:
  ~CallHost() = default;
};

// The other end of a connection, as its calls know it for as long as any of them lives.
struct Caller {
  const std::string address;
  CertificateNames certificate_names = {};  // Set before the first call.

  // Calls that handlers are still at work on, although they were cancelled. They count as open ones
  // do, or a caller could have any number under way. On the connection's thread only.
  size_t abandoned_calls = 0;
};

// Where a call comes from, and what its request's head says.
struct CallOrigin {
  static CallOrigin Of(RequestHead& head, Moment now, std::shared_ptr<Caller> caller) {
    CallOrigin origin = {.metadata = head.TakeMetadata(), .caller = std::move(caller)};
    if (head.timeout().has_value()) {
      origin.deadline = absl::Now() + *head.timeout();
      origin.moment = After(now, absl::ToChronoNanoseconds(*head.timeout()));
    }
    return origin;
  }

  // When the caller stops waiting, by the clock of the day and by that nobody sets.
  absl::Time deadline = absl::InfiniteFuture();
  Moment moment = kNever;
  Fields metadata = {};
  std::shared_ptr<Caller> caller;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_
