// SPDX-License-Identifier: Apache-2.0
#include "credentials/file_watch.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() { Write(one_, "1"); }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }

  TemporaryFolder folder_;
  const std::string one_ = folder_.path() + "/one";
  const std::string two_ = folder_.path() + "/two";
};

TEST_F(FileWatchTest, NothingHasChangedUntilSomethingDoes) {
  FileWatch watch({one_, two_});
  EXPECT_FALSE(watch.HasChanged());
  Write(one_, "12");
  EXPECT_TRUE(watch.HasChanged());
  EXPECT_FALSE(watch.HasChanged()) << "and is told once";
}

TEST_F(FileWatchTest, AFileThatComesOrGoesIsAChange) {
  FileWatch watch({one_, two_});
  Write(two_, "2");
  EXPECT_TRUE(watch.HasChanged());
  std::filesystem::remove(one_);
  EXPECT_TRUE(watch.HasChanged());
  EXPECT_FALSE(watch.HasChanged());
}

TEST_F(FileWatchTest, AnotherFileOfTheSameSizeAndTimeIsAChange) {
  Write(two_, "2");
  std::filesystem::last_write_time(two_, std::filesystem::last_write_time(one_));
  FileWatch watch({one_});
  std::filesystem::rename(two_, one_);
  EXPECT_TRUE(watch.HasChanged());
}

TEST_F(FileWatchTest, WhatALinkLeadsToIsWatched) {
  // As Kubernetes changes the files of a secret.
  const std::string link = folder_.path() + "/link";
  Write(two_, "2");
  std::filesystem::create_symlink(one_, link);
  FileWatch watch({link});
  EXPECT_FALSE(watch.HasChanged());
  std::filesystem::remove(link);
  std::filesystem::create_symlink(two_, link);
  EXPECT_TRUE(watch.HasChanged());
}

}  // namespace
}  // namespace cachestore
