// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_FILE_VERSION_H_
#define SERVICE_ACCESS_FILE_VERSION_H_

#include <cstdint>
#include <optional>
#include <string>

namespace cachestore {

// Which file stands at a path: another one, or one that was written to, is another version. One
// that is written to twice within a tick of the file system's clock (some milliseconds), and keeps
// its size, may not be.
struct FileVersion {
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t modified_seconds;
  int64_t modified_nanos;

  bool operator==(const FileVersion&) const = default;
};

// nullopt if nothing is there, or it cannot be reached. Follows symbolic links.
std::optional<FileVersion> VersionOf(const std::string& path);

}  // namespace cachestore

#endif  // SERVICE_ACCESS_FILE_VERSION_H_
