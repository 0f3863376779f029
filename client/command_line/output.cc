// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/output.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"

namespace cachestore {

ExitCode Print(absl::string_view command, const absl::Cord& text, ExitCode code) {
  const absl::Status written = WriteStdout(text);
  return written.ok() ? code : Fail(absl::StrCat(command, ": stdout"), written);
}

ExitCode Print(absl::string_view command, absl::string_view text, ExitCode code) {
  return Print(command, absl::Cord(text), code);
}

ExitCode PrintLine(absl::string_view command, absl::string_view line, ExitCode code) {
  return Print(command, absl::StrCat(line, "\n"), code);
}

}  // namespace cachestore
