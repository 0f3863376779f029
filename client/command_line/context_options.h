// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_CONTEXT_OPTIONS_H_
#define CLIENT_COMMAND_LINE_CONTEXT_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "client/command_line/options.h"

namespace cachestore {

// Adds the commands on contexts: context list. `chosen`, which must live until the line has been
// read, becomes the one that the line is for.
void AddContextCommands(CLI::App& app, LocalCommand& chosen);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_CONTEXT_OPTIONS_H_
