// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_WORK_QUEUE_H_
#define SERVICE_TRANSPORTS_HTTP2_WORK_QUEUE_H_

#include "service/transports/http2/moment.h"

namespace cachestore::http2 {

// The one thread that everything of a connection happens on, as seen by calls, which may be
// finished on any other.
class WorkQueue {
 public:
  // Something to be done on that thread.
  class Work {
   public:
    // May destroy this.
    virtual void Do() = 0;

   protected:
    ~Work() = default;
  };

  // Has `work`, which must live until then, done: at once if this is the thread, and else soon, in
  // order. Thread-safe, and never blocks.
  virtual void Do(Work& work) = 0;

  // What time it is, or was when the thread last woke. On the thread only.
  virtual Moment now() const = 0;

 protected:
  ~WorkQueue() = default;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_WORK_QUEUE_H_
