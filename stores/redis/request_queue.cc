// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/request_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cachestore::redis {

void RequestQueue::Push(Request request) {
  std::shared_ptr<const std::function<void()>> wake;
  {
    const MutexLock lock(mutex_);
    if (is_closed_) return;
    requests_.push_back(std::move(request));
    wake = ReaderToWake();
  }
  if (wake != nullptr) (*wake)();
}

void RequestQueue::PushAll(std::vector<Request> requests) {
  std::shared_ptr<const std::function<void()>> wake;
  {
    const MutexLock lock(mutex_);
    if (is_closed_) return;
    if (requests_.empty()) {
      requests_.swap(requests);
    } else {
      std::move(requests.begin(), requests.end(), std::back_inserter(requests_));
    }
    wake = ReaderToWake();
  }
  if (wake != nullptr) (*wake)();
}

std::shared_ptr<const std::function<void()>> RequestQueue::ReaderToWake() {
  return std::exchange(is_attended_, true) ? nullptr : wake_;
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

void RequestQueue::Close() {
  std::vector<Request> dropped;
  const MutexLock lock(mutex_);
  is_closed_ = true;
  dropped.swap(requests_);
}

bool RequestQueue::Rest() {
  const MutexLock lock(mutex_);
  is_attended_ = !requests_.empty();
  return !is_attended_;
}

}  // namespace cachestore::redis
