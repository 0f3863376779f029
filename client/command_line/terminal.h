// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TERMINAL_H_
#define CLIENT_COMMAND_LINE_TERMINAL_H_

#include <vector>

#include "absl/status/status.h"
#include "client/command_line/top_sample.h"

namespace cachestore {

// Whether stdout is a terminal that knows ANSI's sequences: TERM is set, and not to dumb.
bool StdoutIsScreen();

// The whole terminal, as long as this lives: its alternate screen, without a cursor. Left as it was
// found when this is destroyed, and when the process is ended by SIGINT, SIGTERM or SIGHUP. At most
// one at a time; not thread-safe.
class Terminal {
 public:
  // In colour unless NO_COLOR says otherwise (no-color.org).
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // What it has room for now.
  ScreenSize size() const;

  // Shows these lines and no others. They must fit.
  absl::Status Draw(const std::vector<ScreenLine>& lines) const;

 private:
  const bool in_colour_;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TERMINAL_H_
