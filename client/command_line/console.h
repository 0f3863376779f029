// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_CONSOLE_H_
#define CLIENT_COMMAND_LINE_CONSOLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/command_line/exit_code.h"

namespace cachestore {

// `text` with blanks in place of control characters: a file's name, or a server's text, may hold
// what would break a line or drive the terminal.
std::string OneLine(absl::string_view text);

// Writes "cachectl: MESSAGE" to stderr, in one line whatever the message holds.
void PrintError(absl::string_view message);

// Prints the error of `what` and gives its exit code.
ExitCode Fail(absl::string_view what, const absl::Status& error);

// `bytes` in printable ASCII without a tab or a newline, so that they can be told from what stands
// around them, and made again: a backslash is \\, then there are \t, \n, \r, and \xNN for the
// rest, always with two digits.
std::string EscapeLine(absl::string_view bytes);

// The bytes that EscapeLine has written so; none of what it does not write.
std::optional<std::string> UnescapeLine(absl::string_view line);

bool StdinIsTerminal();
bool StderrIsTerminal();

// Asks on stderr and reads the answer from stdin. Only y and yes are one; no answer is a no.
bool Confirm(absl::string_view question);

// 12 B, 3.4 KiB, 5.6 GiB.
std::string FormatBytes(double bytes);

// A bar that is redrawn in place on stderr, and nothing at all where stderr is no terminal. Not
// thread-safe.
class ProgressBar {
 public:
  ProgressBar(size_t total_files, absl::Time start);
  ~ProgressBar() { Hide(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Draws where things stand, at most ten times a second.
  void Show(size_t files, uint64_t bytes);

  // Makes room for a line of text; the next Show draws again.
  void Hide();

 private:
  const bool enabled_;
  const size_t total_files_;
  const absl::Time start_;
  absl::Time next_ = absl::InfinitePast();
  bool shown_ = false;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_CONSOLE_H_
