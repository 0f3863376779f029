// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_STATS_COMMANDS_H_
#define CLIENT_COMMAND_LINE_STATS_COMMANDS_H_

#include <optional>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "client/command_line/target.h"

namespace cachestore {

// The commands on a service's figures. Answers go to stdout, all else to stderr.

// Prints them all.
ExitCode Stats(const Target& target, bool in_json);

struct LatencyArguments {
  std::optional<absl::Duration> interval;  // Waits so long, and prints those of that time as well.
  bool in_json = false;
};

// Prints how long calls took, by method, and the round trips to Redis.
ExitCode Latency(const Target& target, const LatencyArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_STATS_COMMANDS_H_
