// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_CALL_GATE_H_
#define STORES_CALL_GATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "stores/mutex.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// The gate that a store's calls pass: it counts those in flight, refuses new ones once closed, and
// tells when the last one has left. Thread-safe; nothing blocks.
//
// A pass outlives the gate: a store may be destroyed inside one of its callbacks, and what is still
// in flight then leaves through memory that stays.
//
// Entering and leaving take a few plain loads and stores each: every thread counts on its own
// stripe, up and down, and only once the gate is closed does anybody add the stripes up (as Linux's
// percpu_ref does).
class CallGate {
  class State;

 public:
  // One call in flight; leaves when destroyed, on any thread. Must not outlive the call's callback.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(state_, other.state_);
      return *this;
    }
    ~Pass() {
      if (state_ != nullptr) state_->Leave();
    }

    // False if the gate was closed.
    explicit operator bool() const { return state_ != nullptr; }

   private:
    friend class CallGate;
    explicit Pass(State* state) : state_(state) {}

    State* state_ = nullptr;
  };

  CallGate() : state_(State::Make()) {}
  ~CallGate() {
    Close([] {});
  }
  CallGate(const CallGate&) = delete;
  CallGate& operator=(const CallGate&) = delete;

  Pass Enter() { return Pass(state_->Enter() ? state_.get() : nullptr); }

  // Lets nobody in from now on, and runs `drained` once the last pass has left: on the thread of
  // that call, or here. Idempotent: every call's `drained` runs, once. Takes microseconds.
  void Close(absl::AnyInvocable<void() &&> drained);

 private:
  class State : public std::enable_shared_from_this<State> {
   public:
    // A new one, or one that is used again. None is ever freed: a call that leaves looks whether
    // the gate is closed after it has counted itself out, and so after others may have let go.
    // What it sees by then may be of another gate: it may find that one drained, and run what waits
    // for that, on its own thread, as any call of that gate might.
    static std::shared_ptr<State> Make();

    bool Enter() {
      Count(1);
      if (!closed_.load()) [[likely]]
        return true;
      Leave();
      return false;
    }
    void Leave() {
      Count(-1);
      if (closed_.load()) [[unlikely]]
        FinishIfDrained();
    }
    void Close(absl::AnyInvocable<void() &&> drained);

   private:
    // On each stripe, how many calls came less how many left, on the threads that own or share it:
    // below zero where more left than came. The sum is how many are in flight.
    struct alignas(kCacheLineBytes) Stripe {
      std::atomic<int64_t> calls{0};
    };

    State() : stripes_(StripeCount()) {}

    void Count(int64_t calls) {
      const size_t stripe = ThreadStripe();
      std::atomic<int64_t>& count = stripes_[stripe].calls;
      if (IsShared(stripe)) [[unlikely]] {
        count.fetch_add(calls);
      } else {
        count.store(count.load(std::memory_order_relaxed) + calls, std::memory_order_release);
      }
      // What comes next is a look at closed_. The compiler must not take it before the count; of
      // the processor, Close sees to it by its HeavyBarrier().
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }

    // Keeps `drained` for later; false, with `drained` untouched, if there is nothing to wait for.
    bool Await(absl::AnyInvocable<void() &&>& drained) ABSL_LOCKS_EXCLUDED(mutex_);
    int64_t InFlight() const;
    void FinishIfDrained() ABSL_LOCKS_EXCLUDED(mutex_);
    void Reopen() ABSL_LOCKS_EXCLUDED(mutex_);

    std::vector<Stripe> stripes_;
    std::atomic<bool> closed_{false};

    Mutex mutex_;
    // Every call has either been counted where all can see it, or will see that the gate is closed.
    bool settled_ ABSL_GUARDED_BY(mutex_) = false;
    bool drained_ ABSL_GUARDED_BY(mutex_) = false;
    std::vector<absl::AnyInvocable<void() &&>> waiting_ ABSL_GUARDED_BY(mutex_);
    std::shared_ptr<State> keep_alive_ ABSL_GUARDED_BY(mutex_);  // From Close until drained.
  };

  std::shared_ptr<State> state_;
};

}  // namespace cachestore

#endif  // STORES_CALL_GATE_H_
