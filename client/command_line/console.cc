// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/console.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "credentials/hex.h"

namespace cachestore {

std::string OneLine(absl::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return absl::ascii_iscntrl(static_cast<uint8_t>(c)); },
      ' ');
  return line;
}

void PrintError(absl::string_view message) {
  absl::FPrintF(stderr, "cachectl: %s\n", OneLine(message));
}

ExitCode Fail(absl::string_view what, const absl::Status& error) {
  PrintError(absl::StrCat(what, ": ", error.message()));
  return ExitCodeOf(error);
}

std::string EscapeLine(absl::string_view bytes) {
  std::string line;
  line.reserve(bytes.size());
  for (const char byte : bytes) {
    switch (byte) {
      case '\\':
        line += "\\\\";
        break;
      case '\t':
        line += "\\t";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      default:
        if (absl::ascii_isprint(static_cast<uint8_t>(byte))) {
          line.push_back(byte);
        } else {
          absl::StrAppend(&line, "\\x", absl::Hex(static_cast<uint8_t>(byte), absl::kZeroPad2));
        }
    }
  }
  return line;
}

std::optional<std::string> UnescapeLine(absl::string_view line) {
  std::string bytes;
  bytes.reserve(line.size());
  while (!line.empty()) {
    const char byte = line.front();
    line.remove_prefix(1);
    if (byte != '\\') {
      bytes.push_back(byte);
      continue;
    }
    const char letter = line.empty() ? '\0' : line.front();
    line.remove_prefix(line.empty() ? 0 : 1);
    switch (letter) {
      case '\\':
        bytes.push_back('\\');
        break;
      case 't':
        bytes.push_back('\t');
        break;
      case 'n':
        bytes.push_back('\n');
        break;
      case 'r':
        bytes.push_back('\r');
        break;
      case 'x': {
        const std::optional<std::string> byte = BytesOfHex(line.substr(0, 2));
        if (!byte.has_value() || byte->empty()) return std::nullopt;
        bytes += *byte;
        line.remove_prefix(2);
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return bytes;
}

bool StdinIsTerminal() { return isatty(STDIN_FILENO) == 1; }
bool StderrIsTerminal() { return isatty(STDERR_FILENO) == 1; }

bool Confirm(absl::string_view question) {
  absl::FPrintF(stderr, "%s [y/N] ", question);
  std::string answer;
  std::getline(std::cin, answer);
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == "y" || answer == "yes";
}

std::string FormatBytes(double bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1024;
  return absl::StrFormat("%.*f %s", unit == 0 ? 0 : 1, bytes, kUnits[unit]);
}

ProgressBar::ProgressBar(size_t total_files, absl::Time start)
    : enabled_(StderrIsTerminal()), total_files_(total_files), start_(start) {}

void ProgressBar::Show(size_t files, uint64_t bytes) {
  if (!enabled_) return;
  const absl::Time now = absl::Now();
  if (now < next_) return;
  next_ = now + absl::Milliseconds(100);
  constexpr size_t kWidth = 30;
  const size_t filled =
      total_files_ == 0 ? kWidth : kWidth * std::min(files, total_files_) / total_files_;
  const double seconds = std::max(absl::ToDoubleSeconds(now - start_), 1e-3);
  absl::FPrintF(stderr, "\r[%s%s] %d of %d files, %s, %s/s\x1b[K", std::string(filled, '#'),
                std::string(kWidth - filled, ' '), files, total_files_,
                FormatBytes(static_cast<double>(bytes)),
                FormatBytes(static_cast<double>(bytes) / seconds));
  shown_ = true;
}

void ProgressBar::Hide() {
  if (!shown_) return;
  absl::FPrintF(stderr, "\r\x1b[K");
  shown_ = false;
  next_ = absl::InfinitePast();
}

}  // namespace cachestore
