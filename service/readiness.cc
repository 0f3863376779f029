// SPDX-License-Identifier: Apache-2.0
#include "service/readiness.h"

#include <utility>

namespace cachestore {

bool Readiness::ready() const {
  const MutexLock lock(mutex_);
  return ready_;
}

std::string Readiness::not_ready_reason() const {
  const MutexLock lock(mutex_);
  return reason_;
}

void Readiness::Set(const absl::Status& status) {
  Change(status.ok(), std::string(status.message()), /*draining=*/false);
}

void Readiness::Drain() { Change(/*ready=*/false, "it is draining", /*draining=*/true); }

void Readiness::Observe(std::weak_ptr<Observer> observer) const {
  const MutexLock lock(mutex_);
  std::erase_if(observers_, [](const auto& other) { return other.expired(); });
  observers_.push_back(std::move(observer));
}

void Readiness::Change(bool ready, std::string reason, bool draining) {
  std::vector<std::weak_ptr<Observer>> observers;
  {
    const MutexLock lock(mutex_);
    if (draining_) return;
    reason_ = std::move(reason);
    if (ready == ready_ && !draining) return;
    ready_ = ready;
    draining_ = draining;
    observers = observers_;
  }
  for (const std::weak_ptr<Observer>& observer : observers) {
    if (const std::shared_ptr<Observer> alive = observer.lock()) alive->OnChange();
  }
}

}  // namespace cachestore
