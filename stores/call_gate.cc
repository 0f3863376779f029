// SPDX-License-Identifier: Apache-2.0
#include "stores/call_gate.h"

namespace cachestore {

CallGate::State::State()
    : stripe_mask_(StripeCount() - 1), stripes_(std::make_unique<Stripe[]>(StripeCount())) {}

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
  if (!BeginClosing()) return;
  int64_t in_flight = 0;
  for (size_t i = 0; i <= stripe_mask_; ++i) {
    in_flight += static_cast<int64_t>(stripes_[i].word.fetch_or(kClosed) / kOneCall);
  }
  LeaveClosed(kSurplus - in_flight);
}

bool CallGate::State::Await(absl::AnyInvocable<void() &&>& drained) {
  MutexLock lock(mutex_);
  if (drained_) return false;
  waiting_.push_back(std::move(drained));
  return true;
}

bool CallGate::State::BeginClosing() {
  MutexLock lock(mutex_);
  if (closed_) return false;
  closed_ = true;
  keep_alive_ = shared_from_this();
  return true;
}

void CallGate::State::LeaveClosed(int64_t calls) {
  if (remaining_.fetch_sub(calls) != calls) return;
  std::shared_ptr<State> keep_alive;  // Destroyed last, and with it perhaps this.
  std::vector<absl::AnyInvocable<void() &&>> waiting;
  {
    MutexLock lock(mutex_);
    drained_ = true;
    keep_alive = std::move(keep_alive_);
    waiting.swap(waiting_);
  }
  for (absl::AnyInvocable<void() &&>& drained : waiting) std::move(drained)();
}

}  // namespace cachestore
