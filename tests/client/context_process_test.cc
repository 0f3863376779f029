// SPDX-License-Identifier: Apache-2.0

// cachectl --context and context list.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cachectl_test.h"
#include "tests/service/transport_test.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ContextTest : public CachectlTest {
 protected:
  void Write(const std::string& text) {
    std::filesystem::create_directories(folder_.path() + "/cachestore");
    std::ofstream(path_) << text;
  }

  // Without APP_CACHE_STORAGE_URL, unless it is given.
  Finished RunWith(std::vector<std::string> arguments,
                   std::vector<std::string> environment = {}) const {
    arguments.insert(arguments.begin(), "client/cachectl");
    environment.push_back("XDG_CONFIG_HOME=" + folder_.path());
    return RunToEnd(std::move(arguments), environment);
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/cachestore/contexts";
  const std::string ours_ = "[ours]\nserver = grpc://" + address_ + "\n";
  const std::string nowhere_ = "[nowhere]\nserver = unix:/nowhere/cache.sock\n";
};

TEST_P(ContextTest, ANameStandsForAServer) {
  Write(nowhere_ + ours_);
  const Finished ping = RunWith({"--context", "ours", "ping"});
  EXPECT_EQ(ping.exit_code, 0) << ping.error;
  EXPECT_THAT(ping.output, StartsWith(address_));
  EXPECT_EQ(RunWith({"ping", "--context", "nowhere"}).exit_code, 3);
}

TEST_P(ContextTest, FlagsWinOverTheEnvironmentOverTheContext) {
  Write(ours_ + nowhere_);
  const std::string here = "grpc://" + address_;
  EXPECT_EQ(RunWith({"--context", "nowhere", "ping"}, {"APP_CACHE_STORAGE_URL=" + here}).exit_code,
            0);
  EXPECT_EQ(
      RunWith({"--context", "ours", "ping"}, {"APP_CACHE_STORAGE_URL=unix:/nowhere/s"}).exit_code,
      3);
  EXPECT_EQ(RunWith({"--context", "nowhere", "--server", here, "ping"},
                    {"APP_CACHE_STORAGE_URL=unix:/nowhere/s"})
                .exit_code,
            0);
}

TEST_P(ContextTest, ItsFilesAreUsedAndNamedInErrors) {
  Write(ours_ + "token_file = no.token\n");
  const Finished ping = RunWith({"--context", "ours", "ping"});
  EXPECT_EQ(ping.exit_code, 2);
  EXPECT_THAT(ping.error, StartsWith("cachectl: context ours: token_file: " + folder_.path() +
                                     "/cachestore/no.token"));
  const Finished flag = RunWith({"--context", "ours", "ping", "--token_file", "/nowhere"});
  EXPECT_THAT(flag.error, StartsWith("cachectl: --token_file: /nowhere"));
  const Finished variable =
      RunWith({"--context", "ours", "ping"}, {"APP_CACHE_AUTH_TOKEN_FILE=/elsewhere"});
  EXPECT_THAT(variable.error, StartsWith("cachectl: APP_CACHE_AUTH_TOKEN_FILE: /elsewhere"));
}

TEST_P(ContextTest, ItsTokenGoesToNoOtherServer) {
  Write("[guarded]\nserver = unix:/nowhere/cache.sock\ntoken_file = no.token\n");
  const Finished ping = RunWith({"--context", "guarded", "--server", "grpc://" + address_, "ping"});
  EXPECT_EQ(ping.exit_code, 0) << "the token's file is not even read";
  EXPECT_THAT(ping.error, HasSubstr("--server names another service than the context guarded"));
}

TEST_P(ContextTest, OneThatIsNotThereIsExitCodeTwo) {
  const Finished no_file = RunWith({"--context", "ours", "ping"});
  EXPECT_EQ(no_file.exit_code, 2);
  EXPECT_THAT(no_file.error, HasSubstr(path_));
  Write(nowhere_);
  const Finished unknown = RunWith({"--context", "ours", "ping"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.error, HasSubstr("there are: nowhere"));
  Write("[ours]\n");
  EXPECT_THAT(RunWith({"--context", "ours", "ping"}).error, HasSubstr(path_ + ": line 1: "));
}

TEST_P(ContextTest, ListPrintsNamesAndServers) {
  const Finished none = RunWith({"context", "list"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.output + none.error, "");
  Write(nowhere_ + "token_file = /a.token\n" + ours_);
  const Finished list = RunWith({"context", "list"});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_EQ(list.output, "nowhere\tunix:/nowhere/cache.sock\nours\tgrpc://" + address_ + "\n");
  EXPECT_THAT(RunWith({"context", "list", "--json"}).output,
              StartsWith("{\"name\":\"nowhere\",\"server\":\"unix:/nowhere/cache.sock\","
                         "\"token_file\":\"/a.token\"}\n"));
  EXPECT_EQ(RunWith({"context"}).exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(Over, ContextTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
