// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/server_queue.h"

#include <grpc/support/time.h>

namespace cachestore {
namespace {

// The queue that this thread works off, if any.
constinit thread_local const ServerQueue* of_this_thread = nullptr;

}  // namespace

void ServerQueue::Run() {
  of_this_thread = this;
  void* tag = nullptr;
  bool ok = false;
  while (completions_->Next(&tag, &ok)) static_cast<CompletionTag*>(tag)->OnCompletion(ok);
  of_this_thread = nullptr;
}

void ServerQueue::Do(Work& work) {
  if (of_this_thread == this) return work.Do();
  const MutexLock lock(mutex_);
  handed_over_.push_back(&work);
  if (handed_over_.size() > 1) return;
  alarm_.Set(completions_.get(), gpr_time_0(GPR_CLOCK_MONOTONIC),
             static_cast<CompletionTag*>(this));
}

void ServerQueue::OnCompletion(bool /*ok*/) {
  std::vector<Work*> works;
  {
    const MutexLock lock(mutex_);
    works.swap(handed_over_);
  }
  for (Work* work : works) work->Do();
}

}  // namespace cachestore
