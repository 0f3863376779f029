// SPDX-License-Identifier: Apache-2.0
#include "tests/docs/typed.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace cachestore {
namespace {

bool IsHeading(const std::string& line) { return line.rfind("##", 0) == 0; }

}  // namespace

std::vector<Step> StepsOf(const std::string& page, const std::string& section) {
  std::ifstream file(Runfile(page));
  std::vector<Step> steps;
  bool in_section = false;
  bool goes_on = false;
  for (std::string line; std::getline(file, line);) {
    if (IsHeading(line)) in_section = line.substr(line.find(' ') + 1) == section;
    if (!in_section || line.rfind("    ", 0) != 0) continue;
    line = line.substr(4);
    if (goes_on) {
      steps.back().command += line;
    } else if (line.rfind("$ ", 0) == 0) {
      steps.push_back({line.substr(2), ""});
    } else if (!steps.empty()) {
      steps.back().output += line + "\n";
      continue;
    }
    goes_on = !steps.empty() && steps.back().command.back() == '|';
  }
  return steps;
}

std::string Runfile(const std::string& path) {
  return std::string(std::getenv("TEST_SRCDIR")) + "/" + std::getenv("TEST_WORKSPACE") + "/" + path;
}

std::string RunInShell(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  for (int next = fgetc(pipe); next != EOF; next = fgetc(pipe)) {
    output.push_back(static_cast<char>(next));
  }
  pclose(pipe);
  return output;
}

}  // namespace cachestore
