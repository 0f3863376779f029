// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_
#define SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/door/door.h"
#include "service/transports/http2/deadlines.h"
#include "service/transports/http2/large_messages.h"
#include "service/transports/http2/message_reader.h"
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
  virtual LargeMessages& large_messages() = 0;
  virtual UnsentBytes& unsent_bytes() = 0;

  // Ends `call` when its time is over, unless it is taken from deadlines() before.
  virtual void EndAt(Moment deadline, Deadlines::Timed& call) = 0;
  virtual Deadlines& deadlines() = 0;

  // Something is to be sent.
  virtual void OnOutput() = 0;

 protected:
  ~CallHost() = default;
};

// What a call keeps of its request's head, and of its connection's end.
struct CallOrigin {
  // When the caller stops waiting, by its own clock and by that nobody sets.
  static CallOrigin Of(RequestHead& head, Moment now, std::shared_ptr<const std::string> peer) {
    CallOrigin origin = {.metadata = head.TakeMetadata(), .peer = std::move(peer)};
    if (head.timeout().has_value()) {
      origin.deadline = absl::Now() + *head.timeout();
      origin.moment = After(now, absl::ToChronoNanoseconds(*head.timeout()));
    }
    return origin;
  }

  absl::Time deadline = absl::InfiniteFuture();
  Moment moment = kNever;  // The same.
  Fields metadata = {};
  std::shared_ptr<const std::string> peer;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_CALL_HOST_H_
