// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_READINESS_H_
#define SERVICE_READINESS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "stores/mutex.h"

namespace cachestore {

// Whether the server should be sent calls, and who wants to know when that changes. Thread-safe.
class Readiness {
 public:
  // Somebody who wants to know. `OnChange` runs on the thread that made the change, outside every
  // lock; changes may overlap, so it asks ready() rather than counting.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void OnChange() = 0;
  };

  bool ready() const;

  // Why it is not ready, for operators; empty while it is, and only then.
  std::string not_ready_reason() const;

  // The kind of that reason, for whoever may look: without addresses, settings, or what others
  // said.
  std::string not_ready_kind() const;

  // Ready if `status` is OK, which otherwise is the reason. Tells the observers if this is a
  // change. Without effect once draining.
  void Set(const absl::Status& status);

  // Not ready from now on, for good.
  void Drain();

  // Tells `observer` of changes from now on, for as long as it lives.
  void Observe(std::weak_ptr<Observer> observer) const;

 private:
  void Change(absl::Status status, bool draining);

  mutable Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_) = absl::UnknownError("it has not been asked yet");
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  mutable std::vector<std::weak_ptr<Observer>> observers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // SERVICE_READINESS_H_
