// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_
#define CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "client/command_line/options.h"
#include "client/command_line/stdin_claim.h"

namespace cachestore {

// Adds the commands on many entries: mget, mset, import. `chosen` becomes the one that the line is
// for, and `claim` knows if it takes stdin; both must live until the line has been read.
void AddBatchCommands(CLI::App& app, Command& chosen, StdinClaim& claim);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_BATCH_OPTIONS_H_
