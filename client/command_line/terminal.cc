// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/command_line/files.h"

namespace cachestore {
namespace {

// The alternate screen, which has no scroll-back, and no cursor; and back.
constexpr absl::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr absl::string_view kLeave = "\x1b[?25h\x1b[?1049l";

constexpr std::array<int, 3> kEndingSignals = {SIGINT, SIGTERM, SIGHUP};

void Write(absl::string_view bytes) {
  // There is nothing to be done about a terminal that does not take it.
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
}

// Leaves the screen, then lets the signal do what it does by default.
extern "C" void LeaveAndEnd(int signal_number) {
  Write(kLeave);
  raise(signal_number);  // Once this has returned; SA_RESETHAND has taken this away.
}

absl::string_view ColourOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\x1b[1;32m";
    case Tone::kBad:
      return "\x1b[1;31m";
    case Tone::kHeading:
      return "\x1b[1m";
  }
  return "";
}

bool IsSet(const char* variable) {
  const char* const text = std::getenv(variable);
  return text != nullptr && *text != '\0';
}

}  // namespace

bool StdoutIsScreen() {
  return isatty(STDOUT_FILENO) == 1 && IsSet("TERM") &&
         absl::string_view(std::getenv("TERM")) != "dumb";
}

Terminal::Terminal() : in_colour_(!IsSet("NO_COLOR")) {
  struct sigaction action = {};
  action.sa_handler = LeaveAndEnd;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal_number : kEndingSignals) sigaction(signal_number, &action, nullptr);
  Write(kEnter);
}

Terminal::~Terminal() {
  Write(kLeave);
  for (const int signal_number : kEndingSignals) signal(signal_number, SIG_DFL);
}

ScreenSize Terminal::size() const {
  winsize window = {};
  const bool known =
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0;
  return known ? ScreenSize{.rows = window.ws_row, .columns = window.ws_col} : ScreenSize();
}

absl::Status Terminal::Draw(const std::vector<ScreenLine>& lines) const {
  // From the upper left corner. Each line is cleared before it is written: behind one that fills
  // its row, the cursor still stands on the last character.
  std::string frame = "\x1b[H";
  absl::string_view separator = "";
  for (const ScreenLine& line : lines) {
    const absl::string_view colour = in_colour_ ? ColourOf(line.tone) : "";
    absl::StrAppend(&frame, separator, "\x1b[K", colour, line.text,
                    colour.empty() ? "" : "\x1b[0m");
    separator = "\n";
  }
  if (lines.size() < static_cast<size_t>(size().rows)) absl::StrAppend(&frame, "\n\x1b[J");
  return WriteStdout(absl::Cord(frame));
}

}  // namespace cachestore
