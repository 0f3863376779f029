// SPDX-License-Identifier: Apache-2.0
#include "protos/message_writer.h"

namespace cachestore {

void MessageWriter::AddBytes(uint32_t number, const absl::Cord& value) {
  constexpr size_t kMaxCopiedBytes = 4096;
  AppendBytesHeader(number, value.size(), bytes_);
  if (value.size() <= kMaxCopiedBytes) {
    for (const absl::string_view chunk : value.Chunks()) bytes_.append(chunk.data(), chunk.size());
    return;
  }
  message_.Append(std::exchange(bytes_, {}));
  message_.Append(value);
}

absl::Cord MessageWriter::Take() {
  message_.Append(std::exchange(bytes_, {}));
  return std::exchange(message_, {});
}

}  // namespace cachestore
