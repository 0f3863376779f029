// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_FILE_WATCH_H_
#define CREDENTIALS_FILE_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cachestore {

// Tells whether files have changed: another one stands at a path, or one was written to. One that
// is written to twice within a tick of the file system's clock (some milliseconds), and keeps its
// size, may go unseen. Follows symbolic links. Not thread-safe.
class FileWatch {
 public:
  // Looks at the files at `paths`. They are to be read after this, so that what is written
  // meanwhile is seen as a change.
  explicit FileWatch(std::vector<std::string> paths)
      : paths_(std::move(paths)), versions_(Look()) {}

  // Whether any has changed since they were looked at last. Reads a disk.
  bool HasChanged();

 private:
  struct Version {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_seconds;
    int64_t modified_nanos;

    bool operator==(const Version&) const = default;
  };

  static std::optional<Version> VersionOf(const std::string& path);
  std::vector<std::optional<Version>> Look() const;

  const std::vector<std::string> paths_;
  std::vector<std::optional<Version>> versions_;  // nullopt: nothing is there.
};

}  // namespace cachestore

#endif  // CREDENTIALS_FILE_WATCH_H_
