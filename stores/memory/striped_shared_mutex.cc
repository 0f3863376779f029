// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/striped_shared_mutex.h"

#include <thread>

namespace cachestore {

void StripedSharedMutex::Lock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  writers_.Lock();
  writing_.store(true);
  for (const Stripe& stripe : stripes_) {
    // A reader's section lasts well below a microsecond, unless it reads for a batch or its thread
    // was put to sleep.
    constexpr int kSpins = 200;
    for (int spins = 0; stripe.readers.load() != 0; ++spins) {
      if (spins >= kSpins) std::this_thread::yield();
    }
  }
}

void StripedSharedMutex::Unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  writing_.store(false, std::memory_order_release);
  writers_.Unlock();
}

void StripedSharedMutex::WaitForWriter(size_t stripe) {
  CountOut(stripe);
  const MutexLock behind_the_writer(writers_);
  CountIn(stripe);
}

}  // namespace cachestore
