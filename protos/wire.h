// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_WIRE_H_
#define PROTOS_WIRE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

// The protobuf wire format (https://protobuf.dev/programming-guides/encoding), for messages that
// hold large byte strings: what is read shares the memory of the message instead of being copied,
// which Protobuf 3.21's own parser cannot do.

namespace cachestore {

// Reads the fields of one message in their order. Follows the rules of protobuf's own parsers: a
// field number or wire type that the caller does not know is passed over, groups included; bytes
// that are no message end the reading with ok() false.
//
//   WireReader reader(message);
//   while (reader.Next()) {
//     if (reader.IsBytes(1)) key = reader.Bytes();
//   }
//   if (!reader.ok()) ...
class WireReader {
 public:
  // `message` must outlive this.
  explicit WireReader(const absl::Cord& message)
      : at_(message.char_begin()), left_(message.size()) {
    FindChunk();
  }

  // Moves to the next field. False at the end of the message, or where it is broken.
  bool Next();

  // Whether the current field has this number and a length, or this number and a variable-length
  // integer.
  bool IsBytes(uint32_t number) const { return number_ == number && type_ == Type::kBytes; }
  bool IsVarint(uint32_t number) const { return number_ == number && type_ == Type::kVarint; }

  // The current field's content: a copy where that is cheaper than to share the message's memory.
  // Once for each field.
  absl::Cord Bytes();
  std::string String();
  uint64_t Varint() const { return varint_; }

  // The current field's content, where the message is in one piece (absl::Cord::Flatten); lives as
  // long as the message.
  absl::string_view View() const { return chunk_.substr(0, unread_); }

  // The current field's content as a message of its own. What was taken so may be taken again.
  WireReader Message() const;

  bool ok() const { return ok_; }

 private:
  enum class Type : uint8_t {
    kVarint = 0,
    kFixed64 = 1,
    kBytes = 2,
    kStartGroup = 3,
    kEndGroup = 4,
    kFixed32 = 5,
  };

  WireReader(absl::Cord::CharIterator at, size_t size) : at_(at), left_(size) { FindChunk(); }

  bool ReadVarint(int max_bytes, uint64_t& value);
  bool ReadTag();
  bool ReadContent();
  bool SkipGroup();
  bool Skip(size_t bytes);

  // Moves at_ to where the reading is, and chunk_ to what follows there.
  void FindChunk();

  // Nearly all that is read is read from chunk_: moving a Cord's iterator takes far longer.
  absl::string_view chunk_;  // What follows, up to the end of its block or of the message.
  size_t ahead_ = 0;         // How far the reading is past at_.
  absl::Cord::CharIterator at_;
  size_t left_;        // Bytes to read.
  size_t unread_ = 0;  // Of these, the current field's content that nobody took.
  uint32_t number_ = 0;
  Type type_ = Type::kVarint;
  uint64_t varint_ = 0;
  bool ok_ = true;
};

// Appends one field to a message that is being written.
void AppendVarintField(uint32_t number, uint64_t value, std::string& message);
void AppendBytesField(uint32_t number, absl::string_view value, std::string& message);

// The start of a field of `size` bytes, which the caller appends.
void AppendBytesHeader(uint32_t number, size_t size, std::string& message);

// How many bytes a variable-length integer takes: seven bits to a byte.
inline size_t VarintSize(uint64_t value) {
  return value < 0x80 ? 1 : (static_cast<size_t>(std::bit_width(value)) + 6) / 7;
}

// How much AppendVarintField and AppendBytesField append.
inline size_t VarintFieldSize(uint32_t number, uint64_t value) {
  constexpr int kTypeBits = 3;
  return VarintSize(uint64_t{number} << kTypeBits) + VarintSize(value);
}
inline size_t BytesFieldSize(uint32_t number, size_t size) {
  return VarintFieldSize(number, size) + size;
}

}  // namespace cachestore

#endif  // PROTOS_WIRE_H_
