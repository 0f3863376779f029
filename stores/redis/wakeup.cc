// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace cachestore::redis {

Wakeup::Wakeup() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Wakeup::~Wakeup() { close(fd_); }

// Neither can fail but where there is nothing to do: the counter is full, or zero.
void Wakeup::Signal() const { eventfd_write(fd_, 1); }

void Wakeup::Clear() const {
  eventfd_t count = 0;
  eventfd_read(fd_, &count);
}

}  // namespace cachestore::redis
