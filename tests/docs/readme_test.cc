// SPDX-License-Identifier: Apache-2.0

// The README's commands and the output that it shows for them.
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/docs/typed.h"
#include "tests/service/running_server.h"

namespace cachestore {
namespace {

class ReadmeTest : public testing::Test {
 protected:
  // Runs a step in a shell, with the built programs in place of what the README calls them.
  std::string Run(const std::string& command) {
    std::string line =
        absl::StrReplaceAll(command, {{"./dev cli", Runfile("client/cachectl")},
                                      {" example", " " + Runfile("tests/docs/readme_example")},
                                      {"127.0.0.1:50051", server_.address()}});
    if (line.rfind("example", 0) == 0) line = Runfile("tests/docs/readme_example");
    return RunInShell("APP_CACHE_STORAGE_URL=grpc://" + server_.address() +
                      "; export APP_CACHE_STORAGE_URL; " + line);
  }

  void RunSection(const std::string& section, size_t least_steps) {
    const std::vector<Step> steps = StepsOf("README.md", section);
    ASSERT_GE(steps.size(), least_steps) << "the README's section " << section << " has moved";
    for (const Step& step : steps) EXPECT_EQ(Run(step.command), step.output) << step.command;
  }

 private:
  const RunningServer server_{TransportKind::kGrpc};
};

TEST_F(ReadmeTest, TheTourShowsWhatHappens) { RunSection("A minute's tour", 6); }

TEST_F(ReadmeTest, TheProgramDoesWhatIsShown) { RunSection("In a C++ program", 3); }

TEST_F(ReadmeTest, TheThreeLinesInCppReadWhatTheySet) {
  EXPECT_EQ(Run("APP_CACHE_BACKEND=remote " + Runfile("tests/docs/three_lines")), "hello\n");
}

}  // namespace
}  // namespace cachestore
