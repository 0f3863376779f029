// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_SERVER_QUEUE_H_
#define SERVICE_TRANSPORTS_GRPC_SERVER_QUEUE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "service/transports/grpc/completion_tag.h"
#include "stores/mutex.h"

namespace cachestore {

// A completion queue of a server, and what is done on the one thread that works it off.
//
// Replies are sent there, whoever makes them. A store with a thread of its own makes them by the
// dozen, and each that it sent itself would wake the queue's thread for its completion, and often
// make way for it; handed over, they wake it once. (A tenth more calls a second over a Redis with
// 100 in flight, a quarter more with 500.)
class ServerQueue final : private CompletionTag {
 public:
  // Something to be done on the queue's thread.
  class Work {
   public:
    // May destroy this.
    virtual void Do() = 0;

   protected:
    ~Work() = default;
  };

  explicit ServerQueue(std::unique_ptr<grpc::ServerCompletionQueue> completions)
      : completions_(std::move(completions)) {}

  grpc::ServerCompletionQueue& completions() { return *completions_; }

  // Works off what completes, on this thread, until Shutdown.
  void Run();

  // Has `work`, which must live until then, done by Run: at once if this is its thread, and else
  // soon, in order. Thread-safe, and never blocks. Not after Shutdown.
  void Do(Work& work) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends Run once all that was begun on the queue has completed.
  void Shutdown() { completions_->Shutdown(); }

 private:
  // What others have handed over since the thread last looked.
  void OnCompletion(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<grpc::ServerCompletionQueue> completions_;

  Mutex mutex_;
  std::vector<Work*> handed_over_ ABSL_GUARDED_BY(mutex_);
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mutex_);  // Set while something is handed over.
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_SERVER_QUEUE_H_
