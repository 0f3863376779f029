// SPDX-License-Identifier: Apache-2.0
#include "service/readiness.h"

#include <utility>

namespace cachestore {
namespace {

// What stores/cache_store.h says of the codes that a Ping ends with.
std::string KindOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "";
    case absl::StatusCode::kUnavailable:
      return "the backend cannot be reached, or refuses to serve";
    case absl::StatusCode::kDeadlineExceeded:
      return "the backend does not answer in time";
    case absl::StatusCode::kResourceExhausted:
      return "the backend is full, or too many calls are in flight to it";
    case absl::StatusCode::kInternal:
      return "the backend answers what makes no sense";
    case absl::StatusCode::kUnknown:
      return "the backend has not answered yet";
    default:
      return "the backend does not serve";
  }
}

}  // namespace

bool Readiness::ready() const {
  const MutexLock lock(mutex_);
  return status_.ok();
}

std::string Readiness::not_ready_reason() const {
  const MutexLock lock(mutex_);
  return status_.message().empty() ? KindOf(status_.code()) : std::string(status_.message());
}

std::string Readiness::not_ready_kind() const {
  const MutexLock lock(mutex_);
  return draining_ ? std::string(status_.message()) : KindOf(status_.code());
}

void Readiness::Set(const absl::Status& status) { Change(status, /*draining=*/false); }

void Readiness::Drain() { Change(absl::CancelledError("it is draining"), /*draining=*/true); }

void Readiness::Observe(std::weak_ptr<Observer> observer) const {
  const MutexLock lock(mutex_);
  std::erase_if(observers_, [](const auto& other) { return other.expired(); });
  observers_.push_back(std::move(observer));
}

void Readiness::Change(absl::Status status, bool draining) {
  std::vector<std::weak_ptr<Observer>> observers;
  {
    const MutexLock lock(mutex_);
    if (draining_) return;
    const bool is_change = status.ok() != status_.ok() || draining;
    status_ = std::move(status);
    if (!is_change) return;
    draining_ = draining;
    observers = observers_;
  }
  for (const std::weak_ptr<Observer>& observer : observers) {
    if (const std::shared_ptr<Observer> alive = observer.lock()) alive->OnChange();
  }
}

}  // namespace cachestore
