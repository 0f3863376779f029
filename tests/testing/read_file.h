// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_READ_FILE_H_
#define TESTS_TESTING_READ_FILE_H_

#include <fstream>
#include <iterator>
#include <string>

namespace cachestore {

// All that stands in a file; empty if it is not there.
inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace cachestore

#endif  // TESTS_TESTING_READ_FILE_H_
