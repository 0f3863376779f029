// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_THREAD_STRIPE_H_
#define STORES_THREAD_STRIPE_H_

#include <cstddef>

namespace cachestore {

// Counts that every call changes and hardly anybody reads are kept in stripes, each on a cache line
// of its own, so that calls on different cores do not wait for each other's line.
//
// Most threads own their stripe: nobody else writes to it, so that plain loads and stores will do
// where all others need an atomic read-modify-write, which costs five times as much. Four threads a
// core, of those that live at a time, own one each (8 at least, 64 at most: a writer has to visit
// them all); the rest share a few.

// The line of every processor this runs on.
inline constexpr size_t kCacheLineBytes = 64;

inline constexpr size_t kSharedStripes = 4;
inline bool IsShared(size_t stripe) { return stripe < kSharedStripes; }

// Both kinds together.
size_t StripeCount();

// Lets every other thread of this process pass a memory barrier, if it runs: what it stored before
// is visible here on return, and what it loads after is what was stored here before the call. So
// threads that own a stripe need no barrier of their own between storing there and loading
// elsewhere, when whoever loads the one and stores the other is rare and calls this in between
// (membarrier(2); the asymmetric barriers of liburcu and Folly). Takes microseconds.
void HeavyBarrier();

// Whether this kernel lets us: those before 4.14 and some sandboxes do not. Without it
// HeavyBarrier() does nothing, and no thread owns a stripe.
bool HasHeavyBarrier();

namespace thread_stripe_internal {
inline constexpr size_t kNone = ~size_t{0};
size_t Assign();
// Plain data, so that reaching it costs no check whether it was initialised.
inline constinit thread_local size_t current = kNone;
}  // namespace thread_stripe_internal

// This thread's stripe: its own until the thread ends, or one of those that are shared.
inline size_t ThreadStripe() {
  const size_t stripe = thread_stripe_internal::current;
  return stripe != thread_stripe_internal::kNone ? stripe : thread_stripe_internal::Assign();
}

}  // namespace cachestore

#endif  // STORES_THREAD_STRIPE_H_
