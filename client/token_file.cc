// SPDX-License-Identifier: Apache-2.0
#include "client/token_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "credentials/token.h"

namespace cachestore {

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  constexpr size_t kMaxBytes = 1024;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxBytes, '\0');
  if (file) file.read(text.data(), kMaxBytes);
  if (!file && !file.eof()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read (", std::strerror(errno),
                                                   "); takes the path of a file with a token"));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  const absl::string_view token = absl::StripAsciiWhitespace(text);
  if (!ParseToken(token).has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " holds no token; takes one alone, as the first line of `cachectl token new` is"));
  }
  return std::string(token);
}

}  // namespace cachestore
