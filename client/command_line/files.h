// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_FILES_H_
#define CLIENT_COMMAND_LINE_FILES_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"

namespace cachestore {

// More than a server can be told to accept (max_value_bytes): what is larger is not even read.
inline constexpr uint64_t kMaxReadBytes = uint64_t{512} << 20;

// All bytes of a file. The error says why, without the path: INVALID_ARGUMENT beyond kMaxReadBytes,
// otherwise what the system said.
absl::StatusOr<absl::Cord> ReadFile(const std::filesystem::path& path);

// All bytes of stdin, the first time; errors are the same, and begin with "stdin: ". Who reads it
// is decided by StdinClaim.
absl::StatusOr<absl::Cord> ReadStdin();

// Writes all of `bytes` to stdout.
absl::Status WriteStdout(const absl::Cord& bytes);

struct FoundFile {
  std::filesystem::path path;
  std::string name;  // The path below the folder, with / between its parts.
};

struct FolderListing {
  std::vector<FoundFile> files;
  std::vector<std::string> errors;  // One for each folder that could not be read.
};

// Every regular file under the folder `root`, however deep, in the order of names. Symbolic links
// are left out, except `root` itself.
FolderListing ListFiles(const std::filesystem::path& root);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_FILES_H_
