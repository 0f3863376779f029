// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_DEADLINES_H_
#define SERVICE_TRANSPORTS_HTTP2_DEADLINES_H_

#include <set>
#include <utility>

#include "service/transports/http2/moment.h"

namespace cachestore::http2 {

// Calls that are to be ended when their time is over, in its order. A call that is answered at once
// never comes here. O(log n) each. Not thread-safe.
class Deadlines {
 public:
  class Timed {
   public:
    // Its time is over. It is not among these any more.
    virtual void OnDeadline() = 0;

   protected:
    ~Timed() = default;

   private:
    friend class Deadlines;
    Moment deadline_ = kNever;  // If it is among these.
  };

  void Add(Moment deadline, Timed& call) {
    call.deadline_ = deadline;
    calls_.emplace(deadline, &call);
  }

  // Without effect if it is not among these.
  void Remove(Timed& call) {
    if (call.deadline_ == kNever) return;
    calls_.erase({call.deadline_, &call});
    call.deadline_ = kNever;
  }

  Moment next() const { return calls_.empty() ? kNever : calls_.begin()->first; }

  // Ends those whose time is over.
  void EndUntil(Moment now) {
    while (next() <= now) {
      Timed& call = *calls_.begin()->second;
      Remove(call);
      call.OnDeadline();
    }
  }

 private:
  std::set<std::pair<Moment, Timed*>> calls_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_DEADLINES_H_
