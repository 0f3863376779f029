// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/command_writer.h"

#include "absl/strings/str_cat.h"

namespace cachestore::redis {

CommandWriter::CommandWriter(size_t parts, size_t bytes) {
  constexpr size_t kHeaderBytes = 16;
  bytes_.reserve(bytes + (parts + 1) * kHeaderBytes);
  absl::StrAppend(&bytes_, "*", parts, "\r\n");
}

CommandWriter& CommandWriter::Add(absl::string_view part) {
  absl::StrAppend(&bytes_, "$", part.size(), "\r\n", part, "\r\n");
  return *this;
}

CommandWriter& CommandWriter::Add(const absl::Cord& part) {
  absl::StrAppend(&bytes_, "$", part.size(), "\r\n");
  for (const absl::string_view chunk : part.Chunks()) bytes_.append(chunk.data(), chunk.size());
  bytes_ += "\r\n";
  return *this;
}

std::string FormatCommand(std::initializer_list<absl::string_view> parts) {
  size_t bytes = 0;
  for (const absl::string_view part : parts) bytes += part.size();
  CommandWriter writer(parts.size(), bytes);
  for (const absl::string_view part : parts) writer.Add(part);
  return writer.Take();
}

}  // namespace cachestore::redis
