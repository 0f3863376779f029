// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_DESCRIPTOR_H_
#define SERVICE_TRANSPORTS_HTTP2_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace cachestore::http2 {

// A file descriptor that is closed when its owner goes. -1 if it owns none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_DESCRIPTOR_H_
