// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TABLE_H_
#define CLIENT_COMMAND_LINE_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace cachestore {

// Rows of ASCII under headings. The first column is aligned to the left, the others, which are
// figures, to the right. Not thread-safe.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { Add(std::move(headings)); }

  // As many cells as there are headings.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // Whether there is nothing under the headings.
  bool empty() const { return rows_.size() == 1; }

  // The headings and the rows, each a line.
  std::vector<std::string> Lines() const;

  // The same, each ended by a newline.
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // The headings first.
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TABLE_H_
