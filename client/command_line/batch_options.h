// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_
#define CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "client/command_line/options.h"

namespace cachestore {

// Adds the commands on many entries: mget, mset, import. `chosen`, which must live until the line
// has been read, becomes the one that the line is for.
void AddBatchCommands(CLI::App& app, Command& chosen);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_
