// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_STDIN_CLAIM_H_
#define CLIENT_COMMAND_LINE_STDIN_CLAIM_H_

#include <string>

#include "absl/status/status.h"

namespace cachestore {

// How an argument is written that stands for stdin.
inline constexpr char kStdin[] = "-";

// Which argument of a command line stdin is for: it can be read once, and a second reader would
// find nothing, and take that for what it was to get. Not thread-safe.
class StdinClaim {
 public:
  // INVALID_ARGUMENT, with the words for it, if it is for another one already. `reader` is in the
  // words of errors: the value.
  absl::Status Take(const std::string& reader);

 private:
  std::string reader_;  // Empty: none yet.
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_STDIN_CLAIM_H_
