// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/output_buffer.h"

#include <algorithm>
#include <utility>

namespace cachestore::http2 {
namespace {

// Room for the replies of a busy turn, so that they do not move again and again.
constexpr size_t kFirstBytes = 4096;

}  // namespace

std::string& OutputBuffer::Tail() {
  if (pieces_.empty() || !pieces_.back().chunk.empty()) {
    pieces_.emplace_back().copied.reserve(kFirstBytes);
  }
  return pieces_.back().copied;
}

void OutputBuffer::Append(absl::string_view bytes) {
  Tail().append(bytes.data(), bytes.size());
  size_ += bytes.size();
}

void OutputBuffer::Append(const absl::Cord& bytes) {
  for (const absl::string_view chunk : bytes.Chunks()) {
    if (chunk.size() < kMinSharedBytes) {
      Append(chunk);
      continue;
    }
    pieces_.push_back({.copied = {}, .shared = bytes, .chunk = chunk});
    size_ += chunk.size();
  }
}

size_t OutputBuffer::Peek(absl::Span<iovec> pieces) const {
  const size_t count = std::min(pieces.size(), pieces_.size());
  for (size_t i = 0; i < count; ++i) {
    absl::string_view bytes = pieces_[i].bytes();
    if (i == 0) bytes.remove_prefix(consumed_);
    pieces[i] = {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  }
  return count;
}

void OutputBuffer::Consume(size_t bytes) {
  size_ -= bytes;
  consumed_ += bytes;
  while (!pieces_.empty() && consumed_ >= pieces_.front().bytes().size()) {
    consumed_ -= pieces_.front().bytes().size();
    pieces_.pop_front();
  }
  if (pieces_.empty()) pieces_.shrink_to_fit();
}

}  // namespace cachestore::http2
