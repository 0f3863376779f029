// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_EXIT_CODE_H_
#define CLIENT_COMMAND_LINE_EXIT_CODE_H_

#include "absl/status/status.h"

namespace cachestore {

// What cachectl exits with; kExitCodes says it to people.
enum class ExitCode {
  kOk = 0,
  kNo = 1,  // A miss, absent, a condition not met, not serving, or answered with no.
  kUsage = 2,
  kUnavailable = 3,
  kTimeout = 4,
  kDenied = 5,
  kFailed = 6,
};

inline constexpr char kExitCodes[] =
    "Exit codes:\n"
    "  0  done\n"
    "  1  the answer is no: nothing is there, or not all of it; a condition is not met; not\n"
    "     serving; not confirmed; a step of doctor fails\n"
    "  2  the command line or an argument was refused\n"
    "  3  the service is unavailable\n"
    "  4  no answer in time\n"
    "  5  denied\n"
    "  6  any other failure: of the service, of a file, of some files of an import\n";

// The code of what a call ended with.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_EXIT_CODE_H_
