// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_TOKEN_FILE_H_
#define CLIENT_TOKEN_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// The token that stands in the file at `path`, and nothing else but white space around it: a secret
// stands neither in an environment nor on a command line. INVALID_ARGUMENT says why there is none,
// and repeats nothing of the file.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path);

// The same of what stood in a file, or came in another way; `source` is what errors call it.
absl::StatusOr<std::string> ParseTokenFile(absl::string_view text, absl::string_view source);

}  // namespace cachestore

#endif  // CLIENT_TOKEN_FILE_H_
