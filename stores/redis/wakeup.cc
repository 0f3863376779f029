// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace cachestore::redis {

absl::StatusOr<std::shared_ptr<const Wakeup>> Wakeup::Create() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd >= 0) return std::shared_ptr<const Wakeup>(new Wakeup(fd));
  return absl::ResourceExhaustedError(
      absl::StrCat("no event descriptor for the Redis store: ", std::strerror(errno)));
}

Wakeup::~Wakeup() { close(fd_); }

// Neither can fail but where there is nothing to do: the counter is full, or zero.
void Wakeup::Signal() const { eventfd_write(fd_, 1); }

void Wakeup::Clear() const {
  eventfd_t count = 0;
  eventfd_read(fd_, &count);
}

}  // namespace cachestore::redis
