// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/table.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cachestore {

std::vector<std::string> Table::Lines() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::vector<std::string> lines;
  lines.reserve(rows_.size());
  for (const std::vector<std::string>& row : rows_) {
    std::string line = absl::StrFormat("%-*s", static_cast<int>(widths[0]), row[0]);
    for (size_t i = 1; i < row.size(); ++i) {
      absl::StrAppendFormat(&line, "  %*s", static_cast<int>(widths[i]), row[i]);
    }
    absl::StripTrailingAsciiWhitespace(&line);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string Table::ToString() const {
  std::string text;
  for (const std::string& line : Lines()) absl::StrAppend(&text, line, "\n");
  return text;
}

}  // namespace cachestore
