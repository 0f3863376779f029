// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_DOCS_TYPED_H_
#define TESTS_DOCS_TYPED_H_

#include <string>
#include <vector>

namespace cachestore {

// What a page tells people to type, and what it shows for it.
struct Step {
  std::string command;
  std::string output;
};

// The indented "$ command" lines of one section of a page, each with what follows it there. A
// command that ends with "|" goes on in the next line.
std::vector<Step> StepsOf(const std::string& page, const std::string& section);

// The absolute path of one of the test's files.
std::string Runfile(const std::string& path);

// What a shell says to a command, on both outputs.
std::string RunInShell(const std::string& command);

}  // namespace cachestore

#endif  // TESTS_DOCS_TYPED_H_
