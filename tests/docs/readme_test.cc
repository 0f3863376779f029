// SPDX-License-Identifier: Apache-2.0

// The README's commands and the output that it shows for them.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

struct Step {
  std::string command;
  std::string output;  // All that the README shows below it.
};

std::string Runfile(const std::string& path) {
  return std::string(std::getenv("TEST_SRCDIR")) + "/" + std::getenv("TEST_WORKSPACE") + "/" + path;
}

// The indented "$ command" lines of one section, each with what follows it.
std::vector<Step> StepsOf(const std::string& section) {
  std::ifstream readme(Runfile("README.md"));
  std::vector<Step> steps;
  bool in_section = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.rfind("## ", 0) == 0) in_section = line == "## " + section;
    if (!in_section || line.rfind("    ", 0) != 0) continue;
    line = line.substr(4);
    if (line.rfind("$ ", 0) == 0) {
      steps.push_back({line.substr(2), ""});
    } else if (!steps.empty()) {
      steps.back().output += line + "\n";
    }
  }
  return steps;
}

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class ReadmeTest : public testing::Test {
 protected:
  // Runs a step in a shell, with the built programs in place of what the README calls them.
  std::string Run(const std::string& command) {
    std::string line = Replace(command, "./dev cli", Runfile("client/cachectl"));
    line = Replace(line, " example", " " + Runfile("tests/docs/readme_example"));
    if (line.rfind("example", 0) == 0) line = Runfile("tests/docs/readme_example");
    line = Replace(line, "127.0.0.1:50051", address_);
    std::string output;
    FILE* const pipe = popen(("APP_CACHE_STORAGE_URL=grpc://" + address_ +
                              "; export APP_CACHE_STORAGE_URL; { " + line + "; } 2>&1")
                                 .c_str(),
                             "r");
    for (int next = fgetc(pipe); next != EOF; next = fgetc(pipe)) {
      output.push_back(static_cast<char>(next));
    }
    pclose(pipe);
    return output;
  }

  void RunSection(const std::string& section, size_t least_steps) {
    const std::vector<Step> steps = StepsOf(section);
    ASSERT_GE(steps.size(), least_steps) << "the README's section " << section << " has moved";
    for (const Step& step : steps) EXPECT_EQ(Run(step.command), step.output) << step.command;
  }

 private:
  Subprocess server_{{"service/cache_server", "--listen=127.0.0.1:0"}};
  const std::string line_ = server_.AwaitLine("serving on ");
  const std::string address_ =
      line_.substr(line_.find("127.0.0.1:"), line_.find(';') - line_.find("127.0.0.1:"));
};

TEST_F(ReadmeTest, TheTourShowsWhatHappens) { RunSection("A minute's tour", 6); }

TEST_F(ReadmeTest, TheProgramDoesWhatIsShown) { RunSection("In a C++ program", 3); }

TEST_F(ReadmeTest, TheThreeLinesInCppReadWhatTheySet) {
  EXPECT_EQ(Run("APP_CACHE_BACKEND=remote " + Runfile("tests/docs/three_lines")), "hello\n");
}

}  // namespace
}  // namespace cachestore
