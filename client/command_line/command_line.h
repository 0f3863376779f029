// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_COMMAND_LINE_H_
#define CLIENT_COMMAND_LINE_COMMAND_LINE_H_

#include <variant>

#include "client/command_line/exit_code.h"
#include "client/command_line/options.h"
#include "client/command_line/target.h"

namespace cachestore {

// What was asked for on the command line: a service and what to do with it.
struct Invocation {
  Target target;
  Command run;
  Refusal refuse;  // Where there can be no client for the target.
};

// Reads the command line and, where a service is asked for, what the environment says of it. Where
// nothing is left to do (help was asked for, or the line is wrong), has printed what there is to
// say and gives the exit code.
std::variant<Invocation, LocalCommand, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_COMMAND_LINE_H_
