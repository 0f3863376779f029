// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/striped_shared_mutex.h"

#include <thread>

namespace cachestore {

void StripedSharedMutex::Lock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  writers_.Lock();
  // Marked all at once, so that their readers leave while we go from one to the next.
  for (size_t i = 0; i <= stripe_mask_; ++i) stripes_[i].word.fetch_or(kWriter);
  for (size_t i = 0; i <= stripe_mask_; ++i) {
    // A reader's section lasts well below a microsecond, unless its thread was put to sleep.
    constexpr int kSpins = 200;
    for (int spins = 0; stripes_[i].word.load(std::memory_order_acquire) != kWriter; ++spins) {
      if (spins >= kSpins) std::this_thread::yield();
    }
  }
}

void StripedSharedMutex::Unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  for (size_t i = 0; i <= stripe_mask_; ++i) {
    stripes_[i].word.fetch_and(~kWriter, std::memory_order_release);
  }
  writers_.Unlock();
}

void StripedSharedMutex::WaitForWriter(std::atomic<uint32_t>& word) {
  do {
    word.fetch_sub(kOneReader, std::memory_order_relaxed);
    const MutexLock behind_the_writer(writers_);
  } while ((word.fetch_add(kOneReader, std::memory_order_acquire) & kWriter) != 0);
}

}  // namespace cachestore
