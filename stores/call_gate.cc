// SPDX-License-Identifier: Apache-2.0
#include "stores/call_gate.h"

#include <numeric>

namespace cachestore {

std::shared_ptr<CallGate::State> CallGate::State::Make() {
  struct Unused {
    Mutex mutex;
    std::vector<State*> states ABSL_GUARDED_BY(mutex);
  };
  static Unused& unused = *new Unused;

  State* state = nullptr;
  {
    const MutexLock lock(unused.mutex);
    if (!unused.states.empty()) {
      state = unused.states.back();
      unused.states.pop_back();
    }
  }
  if (state == nullptr) state = new State;
  return std::shared_ptr<State>(state, [](State* state) {
    state->Reopen();
    const MutexLock lock(unused.mutex);
    unused.states.push_back(state);
  });
}

void CallGate::State::Reopen() {
  const MutexLock lock(mutex_);
  closed_.store(false);
  settled_ = false;
  drained_ = false;
}

void CallGate::Close(absl::AnyInvocable<void() &&> drained) {
  // Kept to the end: what another thread runs may destroy the gate in the meantime.
  const std::shared_ptr<State> state = state_;
  state->Close(std::move(drained));
}

void CallGate::State::Close(absl::AnyInvocable<void() &&> drained) {
  if (!Await(drained)) {
    std::move(drained)();
    return;
  }
  if (closed_.exchange(true)) return;
  HeavyBarrier();
  {
    const MutexLock lock(mutex_);
    settled_ = true;
  }
  FinishIfDrained();
}

bool CallGate::State::Await(absl::AnyInvocable<void() &&>& drained) {
  const MutexLock lock(mutex_);
  if (drained_) return false;
  waiting_.push_back(std::move(drained));
  keep_alive_ = shared_from_this();
  return true;
}

int64_t CallGate::State::InFlight() const {
  return std::accumulate(
      stripes_.begin(), stripes_.end(), int64_t{0},
      [](int64_t sum, const Stripe& stripe) { return sum + stripe.calls.load(); });
}

// Called by Close once settled, and by each call that leaves a closed gate: the last of them, in
// the order in which they take the mutex, sees what all the others have counted.
void CallGate::State::FinishIfDrained() {
  std::shared_ptr<State> keep_alive;
  std::vector<absl::AnyInvocable<void() &&>> waiting;
  {
    const MutexLock lock(mutex_);
    if (!settled_ || drained_ || InFlight() != 0) return;
    drained_ = true;
    keep_alive = std::move(keep_alive_);
    waiting.swap(waiting_);
  }
  for (absl::AnyInvocable<void() &&>& drained : waiting) std::move(drained)();
}

}  // namespace cachestore
