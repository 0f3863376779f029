// SPDX-License-Identifier: Apache-2.0
#include "service/memory_limit.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

constexpr uint64_t kMachine = 8'000'000;

class MemoryLimitTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder_.path() + "/" + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  uint64_t LimitOf(const std::string& groups) const {
    return MemoryLimitOf(groups, folder_.path(), kMachine);
  }

  const TemporaryFolder folder_;
};

TEST_F(MemoryLimitTest, WithoutControlGroupsItIsTheMachines) {
  EXPECT_EQ(LimitOf(""), kMachine);
  EXPECT_EQ(LimitOf("0::/a/group\nno groups\n"), kMachine);
}

TEST_F(MemoryLimitTest, OfVersion2TheLeastOfAGroupAndThoseThatItIsInCounts) {
  Write("pods/memory.max", "3000000\n");
  Write("pods/one/memory.max", "max\n");
  Write("pods/two/memory.max", "1000000\n");
  EXPECT_EQ(LimitOf("0::/pods/one\n"), 3'000'000);
  EXPECT_EQ(LimitOf("0::/pods/two\n"), 1'000'000);
  EXPECT_EQ(LimitOf("0::/\n"), kMachine);
}

TEST_F(MemoryLimitTest, InAContainerItsOwnGroupIsTheRoot) {
  Write("memory.max", "2000000\n");
  EXPECT_EQ(LimitOf("0::/\n"), 2'000'000);
  EXPECT_EQ(LimitOf("0::/where/the/machine/sees/it\n"), 2'000'000);
}

TEST_F(MemoryLimitTest, OfVersion1ThatOfMemoryCounts) {
  Write("memory/a/memory.limit_in_bytes", "4000000\n");
  Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(LimitOf("3:cpu,cpuacct:/b\n2:memory:/a\n1:name=systemd:/c\n0::/c\n"), 4'000'000);
}

TEST_F(MemoryLimitTest, ThisProcessHasOne) { EXPECT_GT(MemoryLimit(), 0); }

}  // namespace
}  // namespace cachestore
