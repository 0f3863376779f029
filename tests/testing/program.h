// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_PROGRAM_H_
#define TESTS_TESTING_PROGRAM_H_

#include <cstdlib>
#include <string>
#include <vector>

namespace cachestore {

// What the system's calls take to start a program.

// Its absolute path: of one that is not, below the test's runfiles.
inline std::string ProgramPath(const std::string& program) {
  if (program.front() == '/') return program;
  const char* const runfiles = std::getenv("TEST_SRCDIR");
  const char* const workspace = std::getenv("TEST_WORKSPACE");
  return std::string(runfiles) + "/" + workspace + "/" + program;
}

// Ended by a null. `strings` must outlive it.
inline std::vector<char*> PointersTo(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace cachestore

#endif  // TESTS_TESTING_PROGRAM_H_
