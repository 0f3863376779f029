// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_COMMAND_WRITER_H_
#define STORES_REDIS_COMMAND_WRITER_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace cachestore::redis {

// Writes a command as Redis reads it (RESP2): how many parts it has, and each with its size before
// it. One allocation, if the sizes are right.
class CommandWriter {
 public:
  // Of so many parts, which have about so many bytes together.
  CommandWriter(size_t parts, size_t bytes);

  CommandWriter& Add(absl::string_view part);
  CommandWriter& Add(const absl::Cord& part);

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

std::string FormatCommand(std::initializer_list<absl::string_view> parts);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_COMMAND_WRITER_H_
