// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/message_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore::http2 {
namespace {

// A shorter message is cheaper to copy to where a Cord keeps it than to keep in a block of its own.
constexpr size_t kMaxCopiedBytes = 4096;

}  // namespace

std::array<char, kMessagePrefixBytes> MessagePrefix(size_t message_bytes) {
  const auto size = static_cast<uint32_t>(message_bytes);
  return {0, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
          static_cast<char>(size >> 8), static_cast<char>(size)};
}

absl::StatusOr<std::optional<absl::Cord>> MessageReader::Read(absl::string_view& bytes) {
  if (prefix_bytes_ < kMessagePrefixBytes) {
    if (absl::Status status = ReadPrefix(bytes); !status.ok()) return status;
    if (prefix_bytes_ < kMessagePrefixBytes) return std::nullopt;
  }
  // Most messages come in one piece.
  if (data_ == nullptr && bytes.size() >= size_ && size_ <= kMaxCopiedBytes) {
    absl::Cord message(bytes.substr(0, size_));
    bytes.remove_prefix(size_);
    prefix_bytes_ = 0;
    return message;
  }
  if (bytes.empty()) return std::nullopt;
  if (data_ == nullptr) data_ = std::make_unique_for_overwrite<char[]>(size_);
  const size_t count = std::min(bytes.size(), size_ - filled_);
  std::memcpy(data_.get() + filled_, bytes.data(), count);
  filled_ += count;
  bytes.remove_prefix(count);
  if (filled_ < size_) return std::nullopt;
  return Take();
}

absl::Status MessageReader::ReadPrefix(absl::string_view& bytes) {
  const size_t count = std::min(bytes.size(), kMessagePrefixBytes - prefix_bytes_);
  std::memcpy(prefix_.data() + prefix_bytes_, bytes.data(), count);
  prefix_bytes_ += count;
  bytes.remove_prefix(count);
  if (prefix_bytes_ < kMessagePrefixBytes) return absl::OkStatus();
  if (prefix_[0] != 0) {
    return absl::InternalError("a message is marked as compressed, and no grpc-encoding was named");
  }
  uint32_t size = 0;
  for (size_t i = 1; i < kMessagePrefixBytes; ++i) {
    size = size << 8 | static_cast<unsigned char>(prefix_[i]);
  }
  if (size > max_message_bytes_) {
    return absl::ResourceExhaustedError(absl::StrCat("a message is ", size, " bytes; the limit is ",
                                                     max_message_bytes_,
                                                     " bytes: send less at a time"));
  }
  size_ = size;
  return absl::OkStatus();
}

absl::Cord MessageReader::Take() {
  const absl::string_view bytes(data_.release(), size_);
  prefix_bytes_ = 0;
  filled_ = 0;
  return absl::MakeCordFromExternal(bytes, [](absl::string_view owned) { delete[] owned.data(); });
}

}  // namespace cachestore::http2
