// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_MESSAGE_WRITER_H_
#define PROTOS_MESSAGE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "protos/wire.h"

namespace cachestore {

// Writes the fields of a message that may hold large values: those are shared, and all else is
// copied into one block.
class MessageWriter {
 public:
  // Makes room for so many bytes that will be copied.
  void Reserve(size_t bytes) { bytes_.reserve(bytes); }

  void AddVarint(uint32_t number, uint64_t value) { AppendVarintField(number, value, bytes_); }
  void AddBytes(uint32_t number, absl::string_view value) {
    AppendBytesField(number, value, bytes_);
  }
  void AddBytes(uint32_t number, const absl::Cord& value);

  // Fields that have been written already.
  void AddEncoded(absl::string_view fields) { bytes_.append(fields.data(), fields.size()); }

  // The start of a message of `size` bytes, which are added next.
  void AddHeader(uint32_t number, size_t size) { AppendBytesHeader(number, size, bytes_); }

  absl::Cord Take();

 private:
  absl::Cord message_;
  std::string bytes_;  // What follows.
};

}  // namespace cachestore

#endif  // PROTOS_MESSAGE_WRITER_H_
