// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_TEMPORARY_FOLDER_H_
#define TESTS_TESTING_TEMPORARY_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "gtest/gtest.h"

namespace cachestore {

// An empty folder, removed with all that is in it when this is destroyed. Not below the test's own
// one: the path is short enough for a unix socket in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    char path[] = "/tmp/cachestore-test-XXXXXX";
    EXPECT_NE(mkdtemp(path), nullptr);
    path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_TEMPORARY_FOLDER_H_
