// SPDX-License-Identifier: Apache-2.0
#include "stores/completion.h"

#include <memory>

namespace cachestore {

void Completion::Postpone(absl::AnyInvocable<void() &&> callback) {
  Thread& thread = CurrentThread();
  if (thread.postponed == nullptr) thread.postponed = new Callbacks;
  thread.postponed->push_back(std::move(callback));
}

void Completion::RunPostponed(Thread& thread) {
  ++thread.depth;
  while (thread.postponed != nullptr) {
    const std::unique_ptr<Callbacks> batch(std::exchange(thread.postponed, nullptr));
    for (absl::AnyInvocable<void() &&>& callback : *batch) std::move(callback)();
  }
  --thread.depth;
}

}  // namespace cachestore
