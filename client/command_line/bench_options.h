// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_BENCH_OPTIONS_H_
#define CLIENT_COMMAND_LINE_BENCH_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "client/command_line/options.h"

namespace cachestore {

// Adds bench. `chosen`, which must live until the line has been read, becomes it if the line is for
// it.
void AddBench(CLI::App& app, Command& chosen);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_BENCH_OPTIONS_H_
