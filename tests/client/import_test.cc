// SPDX-License-Identifier: Apache-2.0

// Real input: every regular file below the system's include folder, in through `cachectl import`,
// and back byte for byte through the C++ client and through `cachectl get`.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = "/usr/include";

std::vector<fs::path> RegularFiles() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
  }
  return files;
}

std::string Contents(const fs::path& path) {
  std::ostringstream contents;
  contents << std::ifstream(path, std::ios::binary).rdbuf();
  return contents.str();
}

class ImportTest : public TransportTest {
 protected:
  void SetUp() override {
    const Finished import =
        RunToEnd({"client/cachectl", "--server", url_, "import", kFolder.string()});
    ASSERT_EQ(import.exit_code, 0) << import.error;
    ASSERT_THAT(import.output, testing::StartsWith(absl::StrCat("imported ", files_.size(), " ")));
  }

  Subprocess server_{{"service/cache_server", TransportFlag(GetParam()), "--listen=127.0.0.1:0",
                      "--max_entries=1000000", "--max_value_bytes=64MiB", "--max_bytes=4GiB"}};
  const std::string line_ = server_.AwaitLine("serving on ");
  const std::string url_ = "grpc://" + line_.substr(line_.find("127.0.0.1:"),
                                                    line_.find(';') - line_.find("127.0.0.1:"));
  const std::vector<fs::path> files_ = RegularFiles();
};

TEST_P(ImportTest, EveryFileComesBackThroughTheClient) {
  ASSERT_FALSE(files_.empty());
  const auto store = RemoteCacheStore::Create({.url = url_});
  ASSERT_TRUE(store.ok()) << store.status();
  BlockingCacheStore cache(**store);
  for (const fs::path& file : files_) {
    const auto value = cache.Get(fs::relative(file, kFolder).string());
    ASSERT_TRUE(value.ok()) << file << ": " << value.status();
    ASSERT_TRUE(value->has_value()) << file;
    ASSERT_TRUE(**value == Contents(file)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, ImportTest, EveryTransport(), TransportName);

using CachectlGetTest = ImportTest;

TEST_P(CachectlGetTest, EveryFileComesBack) {
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(2U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back([&] {
      for (size_t file = next++; file < files_.size(); file = next++) {
        const Finished get = RunToEnd({"client/cachectl", "--server", url_, "get",
                                       fs::relative(files_[file], kFolder).string()});
        EXPECT_EQ(get.exit_code, 0) << files_[file] << ": " << get.error;
        EXPECT_TRUE(get.output == Contents(files_[file])) << files_[file];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// A process a file takes its time, and what it shows is not the transport's.
INSTANTIATE_TEST_SUITE_P(Over, CachectlGetTest, testing::Values(TransportKind::kHttp2),
                         TransportName);

}  // namespace
}  // namespace cachestore
