// SPDX-License-Identifier: Apache-2.0
#include "credentials/file_watch.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::Optional;

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() { Write(one_, "1"); }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }

  static bool IsReadAgain(FileWatch& watch) {
    bool is_read = false;
    watch.Reload([&] {
      is_read = true;
      return absl::OkStatus();
    });
    return is_read;
  }

  TemporaryFolder folder_;
  const std::string one_ = folder_.path() + "/one";
  const std::string two_ = folder_.path() + "/two";
};

TEST_F(FileWatchTest, NothingIsReadAgainUntilItChangesAndThenOnce) {
  FileWatch watch({one_, two_});
  EXPECT_FALSE(IsReadAgain(watch));
  Write(one_, "12");
  EXPECT_TRUE(IsReadAgain(watch));
  EXPECT_FALSE(IsReadAgain(watch));
}

TEST_F(FileWatchTest, AFileThatComesOrGoesIsAChange) {
  FileWatch watch({one_, two_});
  Write(two_, "2");
  EXPECT_TRUE(IsReadAgain(watch));
  std::filesystem::remove(one_);
  EXPECT_TRUE(IsReadAgain(watch));
  EXPECT_FALSE(IsReadAgain(watch));
}

TEST_F(FileWatchTest, AnotherFileOfTheSameSizeAndTimeIsAChange) {
  Write(two_, "2");
  std::filesystem::last_write_time(two_, std::filesystem::last_write_time(one_));
  FileWatch watch({one_});
  std::filesystem::rename(two_, one_);
  EXPECT_TRUE(IsReadAgain(watch));
}

TEST_F(FileWatchTest, WhoMayReadItIsAChange) {
  FileWatch watch({one_});
  bool is_read = false;
  // The clock of a file system ticks slowly.
  for (int i = 0; i < 1'000'000 && !is_read; ++i) {
    std::filesystem::permissions(one_, std::filesystem::perms::owner_read);
    is_read = IsReadAgain(watch);
  }
  EXPECT_TRUE(is_read);
}

TEST_F(FileWatchTest, WhatALinkLeadsToIsWatched) {
  // As Kubernetes changes the files of a secret.
  const std::string link = folder_.path() + "/link";
  Write(two_, "2");
  std::filesystem::create_symlink(one_, link);
  FileWatch watch({link});
  EXPECT_FALSE(IsReadAgain(watch));
  std::filesystem::remove(link);
  std::filesystem::create_symlink(two_, link);
  EXPECT_TRUE(IsReadAgain(watch));
}

TEST_F(FileWatchTest, WhatFailedIsTriedAgainAndToldOnce) {
  FileWatch watch({one_});
  Write(one_, "12");
  absl::Status first = absl::UnavailableError("first");
  absl::Status second = absl::UnavailableError("second");
  EXPECT_THAT(watch.Reload([&] { return first; }), Optional(first));
  EXPECT_EQ(watch.Reload([&] { return first; }), std::nullopt);
  EXPECT_THAT(watch.Reload([&] { return second; }), Optional(second));
  EXPECT_THAT(watch.Reload([] { return absl::OkStatus(); }), Optional(absl::OkStatus()));
  EXPECT_FALSE(IsReadAgain(watch));
}

}  // namespace
}  // namespace cachestore
