// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_OPERATOR_OPTIONS_H_
#define CLIENT_COMMAND_LINE_OPERATOR_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "client/command_line/options.h"

namespace cachestore {

// Adds the commands that show how a service is: stats, top, latency, doctor. `chosen`, which must
// live until the line has been read, becomes the one that the line is for, and `refusal` what it
// says about settings that are wrong, if it has its own way.
void AddOperatorCommands(CLI::App& app, Command& chosen, Refusal& refusal);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_OPERATOR_OPTIONS_H_
