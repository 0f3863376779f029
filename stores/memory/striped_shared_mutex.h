// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_STRIPED_SHARED_MUTEX_H_
#define STORES_MEMORY_STRIPED_SHARED_MUTEX_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "stores/mutex.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// A reader-writer lock whose readers share nothing: a reader counts itself in and out on the word
// of its thread's stripe, two instructions in all; a writer marks every stripe and waits until its
// readers have left. So readers on different cores run side by side (a std::shared_mutex would pass
// one cache line back and forth), and a writer pays a few nanoseconds a core. Writers take turns,
// and go before readers that come later. Sections must be short and must not block.
class ABSL_LOCKABLE StripedSharedMutex {
 public:
  StripedSharedMutex()
      : stripe_mask_(StripeCount() - 1), stripes_(std::make_unique<Stripe[]>(StripeCount())) {}

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  void Unlock() ABSL_UNLOCK_FUNCTION();

  void ReaderLock() ABSL_SHARED_LOCK_FUNCTION() {
    std::atomic<uint32_t>& word = OwnWord();
    if ((word.fetch_add(kOneReader, std::memory_order_acquire) & kWriter) != 0) [[unlikely]] {
      WaitForWriter(word);
    }
  }
  void ReaderUnlock() ABSL_UNLOCK_FUNCTION() {
    OwnWord().fetch_sub(kOneReader, std::memory_order_release);
  }

 private:
  // A stripe's word: twice its readers, plus one while a writer holds or awaits the lock.
  static constexpr uint32_t kWriter = 1;
  static constexpr uint32_t kOneReader = 2;
  struct alignas(kCacheLineBytes) Stripe {
    std::atomic<uint32_t> word{0};
  };

  std::atomic<uint32_t>& OwnWord() const { return stripes_[ThreadNumber() & stripe_mask_].word; }
  void WaitForWriter(std::atomic<uint32_t>& word);

  const size_t stripe_mask_;
  const std::unique_ptr<Stripe[]> stripes_;
  Mutex writers_;
};

class ABSL_SCOPED_LOCKABLE ReaderLock {
 public:
  explicit ReaderLock(StripedSharedMutex& mutex) ABSL_SHARED_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.ReaderLock();
  }
  ~ReaderLock() ABSL_UNLOCK_FUNCTION() { mutex_.ReaderUnlock(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  StripedSharedMutex& mutex_;
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
