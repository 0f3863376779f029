// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_WAKEUP_H_
#define STORES_REDIS_WAKEUP_H_

#include <memory>

#include "absl/status/statusor.h"

namespace cachestore::redis {

// A descriptor that becomes readable when any thread says so: how threads wake an event loop.
// Thread-safe. Shared by those who may still signal it when the loop has let go of it.
class Wakeup {
 public:
  // RESOURCE_EXHAUSTED if this process can have no more descriptors.
  static absl::StatusOr<std::shared_ptr<const Wakeup>> Create();

  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  int fd() const { return fd_; }

  void Signal() const;

  // Makes it unreadable again.
  void Clear() const;

 private:
  explicit Wakeup(int fd) : fd_(fd) {}

  const int fd_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_WAKEUP_H_
