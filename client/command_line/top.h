// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TOP_H_
#define CLIENT_COMMAND_LINE_TOP_H_

#include <cstddef>
#include <optional>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "client/command_line/target.h"

namespace cachestore {

struct TopArguments {
  absl::Duration interval = absl::Seconds(1);
  std::optional<size_t> count;  // How many samples; without end if not given.
  bool in_json = false;
};

// Shows what goes on at a service, each interval: on a terminal redrawn in place, else a line for
// each sample. Fails if it has no answer at first, or is denied one; a service that goes away later
// is said to have, and waited for.
ExitCode Top(const Target& target, const TopArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TOP_H_
