// SPDX-License-Identifier: Apache-2.0

// What docs/operations.md tells people to type.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/docs/typed.h"
#include "tests/service/running_server.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

// The lines of the page's block of this language.
std::string BlockOf(const std::string& language) {
  std::ifstream page(Runfile("docs/operations.md"));
  std::string block;
  bool is_in = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```" + language) {
      is_in = true;
    } else if (line == "```") {
      is_in = false;
    } else if (is_in) {
      block.append(line).push_back('\n');
    }
  }
  return block;
}

TEST(OperationsPageTest, TheCommandLineShowsWhatItSays) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() + "/cachestore");
  const std::string contexts = BlockOf("ini");
  ASSERT_NE(contexts, "");
  std::ofstream(folder.path() + "/cachestore/contexts") << contexts;
  const RunningServer server(TransportKind::kGrpc);
  const std::string before = "export XDG_CONFIG_HOME=" + folder.path() +
                             " APP_CACHE_STORAGE_URL=grpc://" + server.address() +
                             "; cachectl() { " + Runfile("client/cachectl") + " \"$@\"; }; ";
  const std::vector<Step> steps = StepsOf("docs/operations.md", "From the command line");
  ASSERT_EQ(steps.size(), 5);
  for (const Step& step : steps) {
    const std::string shown =
        absl::StrReplaceAll(step.output, {{"127.0.0.1:50051", server.address()}});
    EXPECT_EQ(RunInShell(before + step.command), shown) << step.command;
  }
}

}  // namespace
}  // namespace cachestore
