// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CALL_QUEUE_H_
#define CLIENT_CALL_QUEUE_H_

#include <grpcpp/completion_queue.h>

namespace cachestore {

// A call that waits in the call queue, as its own tag.
class QueuedCall {
 public:
  QueuedCall(const QueuedCall&) = delete;
  QueuedCall& operator=(const QueuedCall&) = delete;

  // Runs once, on a thread of the queue, when the call has ended. Must not block.
  virtual void Finished() = 0;

 protected:
  QueuedCall() = default;
  ~QueuedCall() = default;
};

// The queue of this process's remote calls. Every tag in it is a QueuedCall*. The first use starts
// the few threads (half as many as cores, at least two) that serve it; they stay until the process
// ends, so that a channel, and all that a callback may destroy, can go on any of them.
//
// Not gRPC's own callback threads: in gRPC 1.51 those sleep 100 ms after each idle second, whatever
// arrives meanwhile, and the last channel joins them, also from one of themselves.
grpc::CompletionQueue& CallQueue();

}  // namespace cachestore

#endif  // CLIENT_CALL_QUEUE_H_
