// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_TOKEN_FILE_H_
#define CLIENT_TOKEN_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace cachestore {

// The token that stands in the file at `path`, and nothing else but white space around it: a secret
// stands neither in an environment nor on a command line. INVALID_ARGUMENT says why there is none,
// and repeats nothing of the file.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path);

}  // namespace cachestore

#endif  // CLIENT_TOKEN_FILE_H_
