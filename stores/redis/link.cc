// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/link.h"

#include <utility>

#include "absl/status/statusor.h"

namespace cachestore::redis {
namespace {

constexpr size_t kReadBytes = size_t{64} * 1024;
constexpr int kMaxReads = 16;

}  // namespace

Link::Link(event_base* base, std::unique_ptr<Stream> stream, size_t max_reply_bytes,
           std::function<void()> on_readable, std::function<void()> on_writable)
    : stream_(std::move(stream)),
      reader_(max_reply_bytes),
      readable_(base, stream_->fd(), EV_READ | EV_PERSIST, std::move(on_readable)),
      writable_(base, stream_->fd(), EV_WRITE, std::move(on_writable)),
      read_buffer_(std::make_unique<char[]>(kReadBytes)) {
  readable_.Add();
}

absl::Status Link::Read(absl::FunctionRef<void()> heard, absl::FunctionRef<bool(Reply)> take) {
  has_more_ = false;
  for (int reads = 0; reads < kMaxReads; ++reads) {
    const absl::StatusOr<size_t> size = stream_->Read(read_buffer_.get(), kReadBytes);
    if (!size.ok()) return size.status();
    if (*size == 0) return absl::OkStatus();
    if (reads == 0) heard();
    bool goes_on = true;
    absl::Status status =
        reader_.Read(absl::string_view(read_buffer_.get(), *size),
                     [&](Reply reply) { return goes_on = take(std::move(reply)); });
    if (!status.ok() || !goes_on) return status;
  }
  has_more_ = true;
  return absl::OkStatus();
}

void Link::Append(std::string bytes) {
  if (to_write_.empty() && bytes.size() > to_write_.capacity()) {
    to_write_ = std::move(bytes);
  } else {
    to_write_ += bytes;
  }
}

absl::Status Link::Flush() {
  while (written_ < to_write_.size()) {
    const absl::StatusOr<size_t> size =
        stream_->Write(absl::string_view(to_write_).substr(written_));
    if (!size.ok()) return size.status();
    if (*size == 0) {
      writable_.Add();
      // Whoever writes faster than the other side reads must not keep what is gone.
      if (written_ >= to_write_.size() / 2) {
        to_write_.erase(0, written_);
        written_ = 0;
      }
      return absl::OkStatus();
    }
    written_ += *size;
  }
  constexpr size_t kKeptBytes = size_t{1} << 20;
  if (to_write_.capacity() > kKeptBytes) to_write_ = std::string();
  to_write_.clear();
  written_ = 0;
  return absl::OkStatus();
}

}  // namespace cachestore::redis
