// SPDX-License-Identifier: Apache-2.0
#include "credentials/file_watch.h"

#include <sys/stat.h>

namespace cachestore {

std::optional<absl::Status> FileWatch::Reload(absl::FunctionRef<absl::Status()> load) {
  std::vector<std::optional<Version>> versions = Look();
  const bool has_changed = versions != versions_;
  if (!has_changed && loaded_.ok()) return std::nullopt;
  versions_ = std::move(versions);
  absl::Status before = std::exchange(loaded_, load());
  if (!has_changed && loaded_ == before) return std::nullopt;
  return loaded_;
}

std::vector<std::optional<FileWatch::Version>> FileWatch::Look() const {
  std::vector<std::optional<Version>> versions;
  for (const std::string& path : paths_) versions.push_back(VersionOf(path));
  return versions;
}

std::optional<FileWatch::Version> FileWatch::VersionOf(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return Version{.device = file.st_dev,
                 .inode = file.st_ino,
                 .size = file.st_size,
                 .modified_seconds = file.st_mtim.tv_sec,
                 .modified_nanos = file.st_mtim.tv_nsec,
                 .changed_seconds = file.st_ctim.tv_sec,
                 .changed_nanos = file.st_ctim.tv_nsec};
}

}  // namespace cachestore
