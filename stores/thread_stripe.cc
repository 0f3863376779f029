// SPDX-License-Identifier: Apache-2.0
#include "stores/thread_stripe.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

// Hands out stripes.
class Stripes {
 public:
  // Never destroyed: threads end after main has.
  static Stripes& Instance() {
    static Stripes& instance = *new Stripes;
    return instance;
  }

  size_t Take() {
    const MutexLock lock(mutex_);
    if (free_.empty()) return next_shared_++ % kSharedStripes;
    const size_t stripe = free_.back();
    free_.pop_back();
    return stripe;
  }

  void Return(size_t stripe) {
    const MutexLock lock(mutex_);
    if (!IsShared(stripe)) free_.push_back(stripe);
  }

 private:
  Stripes() {
    if (!HasHeavyBarrier()) return;
    for (size_t stripe = kSharedStripes; stripe < StripeCount(); ++stripe) free_.push_back(stripe);
  }

  Mutex mutex_;
  std::vector<size_t> free_ ABSL_GUARDED_BY(mutex_);  // To be owned, by nobody yet.
  size_t next_shared_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Gives this thread's stripe back when the thread ends.
struct Owner {
  const size_t stripe = Stripes::Instance().Take();
  ~Owner() {
    // What still runs on this thread, in the destructors of other thread-local objects, shares.
    thread_stripe_internal::current = 0;
    Stripes::Instance().Return(stripe);
  }
};

}  // namespace

size_t StripeCount() {
  static const size_t count =
      kSharedStripes + std::clamp<size_t>(size_t{4} * std::thread::hardware_concurrency(), 8, 64);
  return count;
}

bool HasHeavyBarrier() {
  static const bool registered =
      syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  return registered;
}

void HeavyBarrier() {
  if (!HasHeavyBarrier()) return;
  // Cannot fail once registered, unless somebody forbids it in the meantime. Calls would then be
  // miscounted, sooner or later: better now.
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
    std::perror("membarrier(2) was allowed before, and now fails");
    std::abort();
  }
}

size_t thread_stripe_internal::Assign() {
  thread_local const Owner owner;
  return current = owner.stripe;
}

}  // namespace cachestore
