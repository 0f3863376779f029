// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_STRIPED_SHARED_MUTEX_H_
#define STORES_MEMORY_STRIPED_SHARED_MUTEX_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// A reader-writer lock whose readers share nothing: a reader marks its thread's stripe, looks
// whether a writer is about, and later takes the mark back. So readers on different cores run side
// by side (a std::shared_mutex would pass one cache line back and forth), at the price of one
// atomic instruction, and a writer looks at every stripe. Writers take turns, and go before readers
// that come later. Sections must be short, must not block and must not nest.
class ABSL_LOCKABLE StripedSharedMutex {
 public:
  StripedSharedMutex() : stripes_(StripeCount()) {}

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  void Unlock() ABSL_UNLOCK_FUNCTION();

  // Returns the stripe on which the reader was counted, for ReaderUnlock.
  size_t ReaderLock() ABSL_SHARED_LOCK_FUNCTION() {
    const size_t stripe = ThreadStripe();
    CountIn(stripe);
    // Dekker's way: either the reader sees the writer's mark here, or the writer sees the reader's.
    if (writing_.load()) [[unlikely]]
      WaitForWriter(stripe);
    return stripe;
  }
  void ReaderUnlock(size_t stripe) ABSL_UNLOCK_FUNCTION() { CountOut(stripe); }

 private:
  struct alignas(kCacheLineBytes) Stripe {
    std::atomic<uint32_t> readers{0};
  };

  // A thread that owns its stripe is the only reader there.
  void CountIn(size_t stripe) {
    std::atomic<uint32_t>& readers = stripes_[stripe].readers;
    IsShared(stripe) ? readers.fetch_add(1) : readers.exchange(1);
  }
  void CountOut(size_t stripe) {
    std::atomic<uint32_t>& readers = stripes_[stripe].readers;
    if (IsShared(stripe)) [[unlikely]] {
      readers.fetch_sub(1, std::memory_order_release);
    } else {
      readers.store(0, std::memory_order_release);
    }
  }
  void WaitForWriter(size_t stripe);

  std::vector<Stripe> stripes_;
  std::atomic<bool> writing_{false};  // Beside the mutex: who writes the one writes the other.
  Mutex writers_;
};

class ABSL_SCOPED_LOCKABLE ReaderLock {
 public:
  explicit ReaderLock(StripedSharedMutex& mutex) ABSL_SHARED_LOCK_FUNCTION(mutex)
      : mutex_(mutex), stripe_(mutex.ReaderLock()) {}
  ~ReaderLock() ABSL_UNLOCK_FUNCTION() { mutex_.ReaderUnlock(stripe_); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  StripedSharedMutex& mutex_;
  const size_t stripe_;
};

class ABSL_SCOPED_LOCKABLE WriterLock {
 public:
  explicit WriterLock(StripedSharedMutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~WriterLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  StripedSharedMutex& mutex_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_STRIPED_SHARED_MUTEX_H_
