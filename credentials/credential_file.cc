// SPDX-License-Identifier: Apache-2.0
#include "credentials/credential_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cachestore {

absl::StatusOr<std::string> ReadCredentialFile(const std::string& path, size_t max_bytes,
                                               absl::string_view form) {
  std::ifstream file(path, std::ios::binary);
  std::string text(max_bytes, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read (", std::strerror(errno),
                                                   "); takes the path of ", form));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace cachestore
