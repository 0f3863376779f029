// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_REPLACE_FILE_H_
#define TESTS_SERVICE_REPLACE_FILE_H_

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace cachestore {

// Puts a file of this text in the place of the one at `path`, at once.
inline void ReplaceFile(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::ofstream(beside, std::ios::binary) << text;
  ASSERT_EQ(std::filesystem::file_size(beside), text.size());
  std::filesystem::rename(beside, path);
}

}  // namespace cachestore

#endif  // TESTS_SERVICE_REPLACE_FILE_H_
