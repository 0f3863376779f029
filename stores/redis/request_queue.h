// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REQUEST_QUEUE_H_
#define STORES_REDIS_REQUEST_QUEUE_H_

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"
#include "stores/redis/request.h"

namespace cachestore::redis {

// Requests on their way from the threads of callers to the one that serves them. That one is woken
// only where it may not look by itself, so that a busy queue costs no system calls.
class RequestQueue {
 public:
  // `wake` is run, by whichever thread pushes, when there are requests that the reader may not come
  // to look for. It may run when the queue is gone already.
  explicit RequestQueue(std::function<void()> wake)
      : wake_(std::make_shared<const std::function<void()>>(std::move(wake))) {}

  // Adds a request. Thread-safe. By the time this returns the request may have been served, and all
  // that it keeps alive be gone, the queue included.
  void Push(Request request) ABSL_LOCKS_EXCLUDED(mutex_);

  // Adds requests that are taken together, in their order. As Push.
  void PushAll(std::vector<Request> requests) ABSL_LOCKS_EXCLUDED(mutex_);

  // For the reader: it is about to Take(), and needs not be woken.
  void Attend() ABSL_LOCKS_EXCLUDED(mutex_);

  // For the reader: what is there, oldest first.
  std::vector<Request> Take() ABSL_LOCKS_EXCLUDED(mutex_);

  // For the reader, when it is done: the next Push wakes it. False if there is something already,
  // which it must come back for by itself.
  bool Rest() ABSL_LOCKS_EXCLUDED(mutex_);

  // For the reader, which will not come any more: drops what is there, and what is still pushed.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What to run, if the reader has to be woken: it is shared, and outlasts the queue.
  std::shared_ptr<const std::function<void()>> ReaderToWake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<const std::function<void()>> wake_;
  Mutex mutex_;
  bool is_attended_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_QUEUE_H_
