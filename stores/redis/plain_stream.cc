// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "stores/redis/stream.h"

namespace cachestore::redis {
namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}
  ~PlainStream() override { close(fd_); }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const ssize_t count = recv(fd_, buffer, size, 0);
    if (count == 0) return absl::UnavailableError("Redis closed the connection");
    return Result(count);
  }

  absl::StatusOr<size_t> Write(absl::string_view bytes) override {
    return Result(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  int fd() const override { return fd_; }

 private:
  static absl::StatusOr<size_t> Result(ssize_t count) {
    if (count >= 0) return static_cast<size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return absl::UnavailableError(std::strerror(errno));
  }

  const int fd_;
};

}  // namespace

std::unique_ptr<Stream> NewPlainStream(int fd) { return std::make_unique<PlainStream>(fd); }

}  // namespace cachestore::redis
