// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_OUTPUT_H_
#define CLIENT_COMMAND_LINE_OUTPUT_H_

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "client/command_line/exit_code.h"

namespace cachestore {

// Writes a command's answer to stdout, PrintLine with a newline behind it. Gives `code`; or, where
// it cannot be written, reports that, and gives the code of it.
ExitCode Print(absl::string_view command, const absl::Cord& text, ExitCode code = ExitCode::kOk);
ExitCode Print(absl::string_view command, absl::string_view text, ExitCode code = ExitCode::kOk);
ExitCode PrintLine(absl::string_view command, absl::string_view line,
                   ExitCode code = ExitCode::kOk);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_OUTPUT_H_
