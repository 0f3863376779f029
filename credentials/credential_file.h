// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_CREDENTIAL_FILE_H_
#define CREDENTIALS_CREDENTIAL_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// The first `max_bytes` of the file at `path`, or all of it. INVALID_ARGUMENT names the path, says
// why it cannot be read, and that `form` is wanted: "a file with a token". Reads a disk.
absl::StatusOr<std::string> ReadCredentialFile(const std::string& path, size_t max_bytes,
                                               absl::string_view form);

}  // namespace cachestore

#endif  // CREDENTIALS_CREDENTIAL_FILE_H_
