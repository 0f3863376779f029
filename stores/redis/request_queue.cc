// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/request_queue.h"

#include <utility>

namespace cachestore::redis {

void RequestQueue::Push(Request request) {
  std::shared_ptr<const Wakeup> wakeup;
  {
    const MutexLock lock(mutex_);
    requests_.push_back(std::move(request));
    if (is_attended_) return;
    is_attended_ = true;
    wakeup = wakeup_;
  }
  wakeup->Signal();
}

void RequestQueue::Attend() {
  const MutexLock lock(mutex_);
  is_attended_ = true;
}

std::vector<Request> RequestQueue::Take() {
  std::vector<Request> requests;
  const MutexLock lock(mutex_);
  requests.swap(requests_);
  return requests;
}

bool RequestQueue::Rest() {
  const MutexLock lock(mutex_);
  is_attended_ = !requests_.empty();
  return !is_attended_;
}

}  // namespace cachestore::redis
