// SPDX-License-Identifier: Apache-2.0

// What docs/security.md tells people to type.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/docs/typed.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Runs a command in a folder, with our programs under the names that people know.
std::string RunIn(const std::string& folder, const std::string& command) {
  return RunInShell("cd " + folder + "; cachectl() { " + Runfile("client/cachectl") +
                    " \"$@\"; }; example() { " + Runfile("tests/docs/readme_example") + "; }; " +
                    command);
}

TEST(SecurityPageTest, ClientsConnectByTlsAsItSays) {
  TestCertificates certificates;
  const TestCertificates::Pair pair = certificates.Sign("server", "IP:127.0.0.1");
  Subprocess server({"service/cache_server", "--listen=127.0.0.1:0",
                     "--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
  const std::string line = server.AwaitLine("serving on ");
  const size_t begin = line.find("127.0.0.1:");
  const std::string address = line.substr(begin, line.find(';') - begin);
  const std::vector<Step> steps = StepsOf("docs/security.md", "How clients connect");
  ASSERT_EQ(steps.size(), 2);
  for (const Step& step : steps) {
    std::string command = Replace(step.command, "cache.example:50051", address);
    command = Replace(command, "ca.pem", certificates.ca());
    const bool is_program = command.find("example") != std::string::npos;
    EXPECT_THAT(RunIn(certificates.folder(), command),
                HasSubstr(is_program ? "hello\n" : " answered in "))
        << command;
  }
}

TEST(SecurityPageTest, AMinuteMakesATokenThatWorks) {
  const TemporaryFolder folder;
  const std::vector<Step> steps = StepsOf("docs/security.md", "In a minute");
  ASSERT_EQ(steps.size(), 2);
  EXPECT_THAT(RunIn(folder.path(), steps[0].command),
              StartsWith("cachectl: token: the first line"));
  ASSERT_THAT(steps[1].command, StartsWith("cache_server --auth_file=auth_file "));
  Subprocess server({"service/cache_server", "--listen=127.0.0.1:0",
                     "--auth_file=" + folder.path() + "/auth_file"});
  const std::string line = server.AwaitLine("serving on ");
  const size_t begin = line.find("127.0.0.1:");
  const std::string with_token = "cachectl --server=grpc://" +
                                 line.substr(begin, line.find(';') - begin) +
                                 " --token_file=billing.token ";
  EXPECT_EQ(RunIn(folder.path(), with_token + "set greeting hello; " + with_token + "get greeting"),
            "hello");
}

}  // namespace
}  // namespace cachestore
