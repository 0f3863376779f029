// SPDX-License-Identifier: Apache-2.0
#include "client/token_file.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "credentials/credential_file.h"
#include "credentials/token.h"

namespace cachestore {

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  constexpr size_t kMaxBytes = 1024;
  const absl::StatusOr<std::string> text =
      ReadCredentialFile(path, kMaxBytes, "a file with a token");
  if (!text.ok()) return text.status();
  return ParseTokenFile(*text, path);
}

absl::StatusOr<std::string> ParseTokenFile(absl::string_view text, absl::string_view source) {
  const absl::string_view token = absl::StripAsciiWhitespace(text);
  if (!ParseToken(token).has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        source, " holds no token; takes one alone, as the first line of `cachectl token new` is"));
  }
  return std::string(token);
}

}  // namespace cachestore
