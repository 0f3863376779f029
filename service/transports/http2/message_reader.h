// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_MESSAGE_READER_H_
#define SERVICE_TRANSPORTS_HTTP2_MESSAGE_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// Before each message stand a byte that is 1 if it is compressed, and its length in four
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
inline constexpr size_t kMessagePrefixBytes = 5;

// The bytes that stand before a message.
std::array<char, kMessagePrefixBytes> MessagePrefix(size_t message_bytes);

// Puts the messages of one request together, however they are split. A large one is received once,
// into the memory that it stays in.
class MessageReader {
 public:
  explicit MessageReader(size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  // Takes from the start of `bytes` what belongs to the message that is being read; the message, if
  // that was the last of it. After an error there is no more to be read:
  //   RESOURCE_EXHAUSTED  the message is longer than it may be
  //   INTERNAL            it is compressed, although nothing said so before
  absl::StatusOr<std::optional<absl::Cord>> Read(absl::string_view& bytes);

  // How many bytes are still to come of a message that has begun; 0 if none has.
  size_t missing_bytes() const { return prefix_bytes_ < kMessagePrefixBytes ? 0 : size_ - filled_; }

  // How long a message is that has begun, with its prefix.
  size_t whole_bytes() const { return kMessagePrefixBytes + size_; }

  // Whether a message has begun, perhaps with a part of its prefix only.
  bool is_inside() const { return prefix_bytes_ > 0; }

 private:
  absl::Status ReadPrefix(absl::string_view& bytes);
  absl::Cord Take();

  const size_t max_message_bytes_;
  std::array<char, kMessagePrefixBytes> prefix_ = {};
  size_t prefix_bytes_ = 0;
  size_t size_ = 0;               // Of the message, once its prefix has been read.
  std::unique_ptr<char[]> data_;  // As much, once a part of it has come.
  size_t filled_ = 0;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_MESSAGE_READER_H_
