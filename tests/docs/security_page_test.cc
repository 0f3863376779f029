// SPDX-License-Identifier: Apache-2.0

// What docs/security.md tells people to type.
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/docs/typed.h"
#include "tests/service/running_server.h"
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
  const RunningServer server(TransportKind::kGrpc,
                             {"--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
  const std::vector<Step> steps = StepsOf("docs/security.md", "How clients connect");
  ASSERT_EQ(steps.size(), 2);
  for (const Step& step : steps) {
    const std::string command = absl::StrReplaceAll(
        step.command, {{"cache.example:50051", server.address()}, {"ca.pem", certificates.ca()}});
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
  const RunningServer server(TransportKind::kGrpc, {"--auth_file=" + folder.path() + "/auth_file"});
  const std::string with_token =
      "cachectl --server=grpc://" + server.address() + " --token_file=billing.token ";
  EXPECT_EQ(RunIn(folder.path(), with_token + "set greeting hello; " + with_token + "get greeting"),
            "hello");
}

}  // namespace
}  // namespace cachestore
