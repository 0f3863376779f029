// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_FILE_WATCH_H_
#define CREDENTIALS_FILE_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace cachestore {

// Has files read again when they change: when another one stands at a path, one was written to, or
// is somebody else's. One that is written to twice within a tick of the file system's clock (some
// milliseconds), and keeps its size, may go unseen. Follows symbolic links. Not thread-safe.
class FileWatch {
 public:
  // Looks at the files at `paths`. They are to be read after this, so that what is written
  // meanwhile is seen as a change.
  explicit FileWatch(std::vector<std::string> paths)
      : paths_(std::move(paths)), versions_(Look()) {}

  // Runs `load` if any file has changed since they were looked at last, or if it failed then: what
  // it failed for may have been of the moment. Returns what came of it if that is news: nullopt if
  // nothing was loaded, or the same files failed with the same message again. Reads a disk.
  std::optional<absl::Status> Reload(absl::FunctionRef<absl::Status()> load);

 private:
  struct Version {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_seconds;
    int64_t modified_nanos;
    int64_t changed_seconds;  // Also its owner, or its mode.
    int64_t changed_nanos;

    bool operator==(const Version&) const = default;
  };

  static std::optional<Version> VersionOf(const std::string& path);
  std::vector<std::optional<Version>> Look() const;

  const std::vector<std::string> paths_;
  std::vector<std::optional<Version>> versions_;  // nullopt: nothing is there.
  absl::Status loaded_;                           // What came of it last.
};

}  // namespace cachestore

#endif  // CREDENTIALS_FILE_WATCH_H_
