// SPDX-License-Identifier: Apache-2.0
#include "credentials/pem_file.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "credentials/credential_file.h"

namespace cachestore {

absl::StatusOr<std::string> ReadPemFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadCredentialFile(path, kMaxPemFileBytes + 1, "a PEM file");
  if (text.ok() && text->size() > kMaxPemFileBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than ", kMaxPemFileBytes,
                                                   " bytes; takes the path of a PEM file"));
  }
  return text;
}

}  // namespace cachestore
