// SPDX-License-Identifier: Apache-2.0
#include "service/access/file_version.h"

#include <sys/stat.h>

namespace cachestore {

std::optional<FileVersion> VersionOf(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return FileVersion{.device = file.st_dev,
                     .inode = file.st_ino,
                     .size = file.st_size,
                     .modified_seconds = file.st_mtim.tv_sec,
                     .modified_nanos = file.st_mtim.tv_nsec};
}

}  // namespace cachestore
