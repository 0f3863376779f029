// SPDX-License-Identifier: Apache-2.0
#include "protos/wire.h"

#include <utility>

namespace cachestore {
namespace {

constexpr uint32_t kTypeBits = 3;

// What protobuf's parsers read of a varint: ten bytes hold 64 bits. Tags and sizes have 32, and
// bits beyond are dropped from a tag.
constexpr int kMaxVarintBytes = 10;
constexpr int kMaxTagBytes = 5;
constexpr int kMaxSizeBytes = 5;

// As deep as protobuf's own parsers follow nested groups.
constexpr int kMaxGroupDepth = 100;

void AppendVarint(uint64_t value, std::string& message) {
  while (value >= 0x80) {
    message.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  message.push_back(static_cast<char>(value));
}

}  // namespace

bool WireReader::Next() {
  if (!ok_ || !Skip(std::exchange(unread_, 0)) || left_ == 0) return false;
  ok_ = ReadTag() && ReadContent();
  return ok_;
}

absl::Cord WireReader::Bytes() {
  // A part of another block takes a node beside it, and keeps the whole block.
  constexpr size_t kMaxCopiedBytes = 512;
  absl::Cord bytes;
  if (unread_ <= kMaxCopiedBytes && unread_ <= chunk_.size()) {
    bytes = absl::Cord(View());
    Skip(std::exchange(unread_, 0));
    return bytes;
  }
  const size_t size = std::exchange(unread_, 0);
  FindChunk();
  bytes = absl::Cord::AdvanceAndRead(&at_, size);
  left_ -= size;
  FindChunk();
  return bytes;
}

std::string WireReader::String() {
  if (unread_ > chunk_.size()) return std::string(Bytes());
  std::string bytes(View());
  Skip(std::exchange(unread_, 0));
  return bytes;
}

WireReader WireReader::Message() const {
  absl::Cord::CharIterator at = at_;
  absl::Cord::Advance(&at, ahead_);
  return WireReader(at, unread_);
}

bool WireReader::ReadVarint(int max_bytes, uint64_t& value) {
  value = 0;
  for (int i = 0; i < max_bytes && left_ > 0; ++i) {
    const uint8_t byte = static_cast<uint8_t>(chunk_.front());
    Skip(1);
    value |= uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::ReadTag() {
  uint64_t tag = 0;
  if (!ReadVarint(kMaxTagBytes, tag)) return false;
  number_ = static_cast<uint32_t>(tag) >> kTypeBits;
  type_ = static_cast<Type>(tag & ((1 << kTypeBits) - 1));
  return number_ != 0;
}

bool WireReader::ReadContent() {
  switch (type_) {
    case Type::kVarint:
      return ReadVarint(kMaxVarintBytes, varint_);
    case Type::kFixed64:
      return Skip(8);
    case Type::kFixed32:
      return Skip(4);
    case Type::kBytes: {
      uint64_t size = 0;
      if (!ReadVarint(kMaxSizeBytes, size) || size > left_) return false;
      unread_ = size;
      return true;
    }
    case Type::kStartGroup:
      return SkipGroup();
    case Type::kEndGroup:
      break;
  }
  return false;
}

bool WireReader::SkipGroup() {
  uint32_t open[kMaxGroupDepth] = {number_};
  int depth = 1;
  while (depth > 0) {
    if (!ReadTag()) return false;
    if (type_ == Type::kStartGroup) {
      if (depth == kMaxGroupDepth) return false;
      open[depth++] = number_;
    } else if (type_ == Type::kEndGroup) {
      if (open[--depth] != number_) return false;
    } else if (!ReadContent() || !Skip(std::exchange(unread_, 0))) {
      return false;
    }
  }
  type_ = Type::kStartGroup;  // What the caller sees: nothing that it asks for.
  return true;
}

bool WireReader::Skip(size_t bytes) {
  if (bytes > left_) return false;
  left_ -= bytes;
  ahead_ += bytes;
  if (bytes < chunk_.size()) {
    chunk_.remove_prefix(bytes);
  } else {
    FindChunk();
  }
  return true;
}

void WireReader::FindChunk() {
  absl::Cord::Advance(&at_, std::exchange(ahead_, 0));
  chunk_ = left_ == 0 ? absl::string_view() : absl::Cord::ChunkRemaining(at_).substr(0, left_);
}

void AppendVarintField(uint32_t number, uint64_t value, std::string& message) {
  AppendVarint(uint64_t{number} << kTypeBits, message);
  AppendVarint(value, message);
}

void AppendBytesHeader(uint32_t number, size_t size, std::string& message) {
  constexpr uint64_t kBytesType = 2;
  AppendVarint((uint64_t{number} << kTypeBits) | kBytesType, message);
  AppendVarint(size, message);
}

void AppendBytesField(uint32_t number, absl::string_view value, std::string& message) {
  AppendBytesHeader(number, value.size(), message);
  message.append(value.data(), value.size());
}

}  // namespace cachestore
