// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "service/transports/http2/byte_stream.h"

namespace cachestore::http2 {
namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Descriptor socket) : socket_(std::move(socket)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count == 0) return absl::UnavailableError("the other side closed the connection");
    return Result(count);
  }

  absl::StatusOr<size_t> Write(absl::Span<const iovec> pieces) override {
    msghdr message = {};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    return Result(sendmsg(socket_.get(), &message, MSG_NOSIGNAL));
  }

  void EndWriting() override { shutdown(socket_.get(), SHUT_WR); }

  int fd() const override { return socket_.get(); }

 private:
  static absl::StatusOr<size_t> Result(ssize_t count) {
    if (count >= 0) return static_cast<size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return absl::UnavailableError(std::strerror(errno));
  }

  const Descriptor socket_;
};

}  // namespace

std::unique_ptr<ByteStream> NewPlainStream(Descriptor socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace cachestore::http2
