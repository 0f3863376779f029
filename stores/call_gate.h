// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_CALL_GATE_H_
#define STORES_CALL_GATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "stores/mutex.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// The gate that a store's calls pass: it counts those in flight, refuses new ones once closed, and
// tells when the last one has left. Thread-safe; nothing blocks.
//
// A pass outlives the gate: a store may be destroyed inside one of its callbacks, and what is still
// in flight then leaves through memory that the gate's state keeps alive until the last has left.
//
// Counting is striped by thread, so that calls on different cores do not share a cache line.
class CallGate {
  class State;

 public:
  // One call in flight; leaves when destroyed. Must not outlive the call's callback.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept
        : state_(std::exchange(other.state_, nullptr)), stripe_(other.stripe_) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(state_, other.state_);
      std::swap(stripe_, other.stripe_);
      return *this;
    }
    ~Pass() {
      if (state_ != nullptr) state_->Leave(stripe_);
    }

    // False if the gate was closed.
    explicit operator bool() const { return state_ != nullptr; }

   private:
    friend class CallGate;
    Pass(State* state, size_t stripe) : state_(state), stripe_(stripe) {}

    State* state_ = nullptr;
    size_t stripe_ = 0;
  };

  CallGate() : state_(std::make_shared<State>()) {}
  ~CallGate() {
    Close([] {});
  }
  CallGate(const CallGate&) = delete;
  CallGate& operator=(const CallGate&) = delete;

  Pass Enter() {
    const size_t stripe = ThreadNumber() & state_->stripe_mask();
    return Pass(state_->Enter(stripe) ? state_.get() : nullptr, stripe);
  }

  // Lets nobody in from now on, and runs `drained` once the last pass has left: on the thread of
  // that call, or here. Idempotent: every call's `drained` runs, once.
  void Close(absl::AnyInvocable<void() &&> drained);

 private:
  class State : public std::enable_shared_from_this<State> {
   public:
    State();
    size_t stripe_mask() const { return stripe_mask_; }
    bool Enter(size_t stripe) {
      std::atomic<uint64_t>& word = stripes_[stripe].word;
      if ((word.fetch_add(kOneCall) & kClosed) == 0) return true;
      word.fetch_sub(kOneCall);
      return false;
    }
    void Leave(size_t stripe) {
      // Unless closed, this is the last access: the state may be gone right after it.
      if ((stripes_[stripe].word.fetch_sub(kOneCall) & kClosed) != 0) LeaveClosed(1);
    }
    void Close(absl::AnyInvocable<void() &&> drained);

   private:
    // A stripe's word: twice the calls in flight, plus one once the gate is closed.
    static constexpr uint64_t kClosed = 1;
    static constexpr uint64_t kOneCall = 2;
    struct alignas(kCacheLineBytes) Stripe {
      std::atomic<uint64_t> word{0};
    };

    // Keeps `drained` for later; false, with `drained` untouched, if the last call has left
    // already.
    bool Await(absl::AnyInvocable<void() &&>& drained);
    // True for the first Close alone.
    bool BeginClosing();
    void LeaveClosed(int64_t calls);

    const size_t stripe_mask_;
    const std::unique_ptr<Stripe[]> stripes_;

    // Calls that were in flight when their stripe closed and have not left. The surplus is taken
    // away when Close has counted them all, so that nobody reaches zero before.
    static constexpr int64_t kSurplus = int64_t{1} << 40;
    std::atomic<int64_t> remaining_{kSurplus};

    Mutex mutex_;
    bool closed_ ABSL_GUARDED_BY(mutex_) = false;
    bool drained_ ABSL_GUARDED_BY(mutex_) = false;
    std::vector<absl::AnyInvocable<void() &&>> waiting_ ABSL_GUARDED_BY(mutex_);
    std::shared_ptr<State> keep_alive_ ABSL_GUARDED_BY(mutex_);
  };

  std::shared_ptr<State> state_;
};

}  // namespace cachestore

#endif  // STORES_CALL_GATE_H_
