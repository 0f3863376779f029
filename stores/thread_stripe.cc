// SPDX-License-Identifier: Apache-2.0
#include "stores/thread_stripe.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

// The stripes that no thread owns.
class FreeStripes {
 public:
  // Never destroyed: threads end after main has.
  static FreeStripes& Instance() {
    static FreeStripes& instance = *new FreeStripes;
    return instance;
  }

  size_t Take() {
    const MutexLock lock(mutex_);
    if (free_.empty()) return kSharedStripe;
    const size_t stripe = free_.back();
    free_.pop_back();
    return stripe;
  }

  void Return(size_t stripe) {
    const MutexLock lock(mutex_);
    if (stripe != kSharedStripe) free_.push_back(stripe);
  }

 private:
  FreeStripes() {
    // Kernels before 4.14 and some sandboxes have no HeavyBarrier(): nobody owns a stripe there.
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0) return;
    for (size_t stripe = StripeCount() - 1; stripe != kSharedStripe; --stripe) {
      free_.push_back(stripe);
    }
  }

  Mutex mutex_;
  std::vector<size_t> free_ ABSL_GUARDED_BY(mutex_);
};

// Gives this thread's stripe back when the thread ends.
struct Owner {
  const size_t stripe = FreeStripes::Instance().Take();
  ~Owner() {
    // What still runs on this thread, in the destructors of other thread-local objects, shares.
    thread_stripe_internal::current = kSharedStripe;
    FreeStripes::Instance().Return(stripe);
  }
};

}  // namespace

size_t StripeCount() {
  static const size_t count =
      1 + std::clamp<size_t>(size_t{4} * std::thread::hardware_concurrency(), 8, 32);
  return count;
}

void HeavyBarrier() { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }

size_t thread_stripe_internal::Assign() {
  thread_local const Owner owner;
  return current = owner.stripe;
}

}  // namespace cachestore
