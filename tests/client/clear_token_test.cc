// SPDX-License-Identifier: Apache-2.0

// Tokens, and where they may go without TLS. Nothing here is called: hosts are made up.
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "client/app_cache.h"
#include "client/remote_cache_store.h"
#include "credentials/token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/settings.h"
#include "tests/testing/matchers.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kElsewhere[] = "grpc://cache.example:50051";

class ClearTokenTest : public testing::Test {
 protected:
  ClearTokenTest() { std::ofstream(path_) << token_; }

  absl::Status Create(const std::string& url, bool insecure_token = false) {
    return RemoteCacheStore::Create({.url = url, .token = token_, .insecure_token = insecure_token})
        .status();
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/token";
  const std::string token_ = FormatToken(CreateToken("app").value());
};

TEST_F(ClearTokenTest, GoesToNoOtherMachine) {
  for (const char* url : {kElsewhere, "grpc://10.0.0.1:1", "grpc://[fe80::1]:1"}) {
    EXPECT_THAT(
        Create(url),
        StatusIs(kInvalid, AllOf(HasSubstr("grpcs://"), HasSubstr("APP_CACHE_INSECURE_TOKEN=true"),
                                 HasSubstr("--insecure_token"), Not(HasSubstr(token_)))))
        << url;
  }
}

TEST_F(ClearTokenTest, GoesWhereNobodyReadsAlong) {
  for (const char* url : {"grpcs://cache.example:50051", "grpc://localhost:1", "grpc://127.0.0.2:1",
                          "grpc://[::1]:1", "unix:/run/cache.sock"}) {
    EXPECT_THAT(Create(url), IsOk()) << url;
  }
}

TEST_F(ClearTokenTest, GoesWhereItsOwnerSaysSo) {
  EXPECT_THAT(Create(kElsewhere, /*insecure_token=*/true), IsOk());
}

TEST_F(ClearTokenTest, WithoutOneNothingIsRefused) {
  EXPECT_THAT(RemoteCacheStore::Create({.url = kElsewhere}), IsOk());
}

TEST_F(ClearTokenTest, AnApplicationSaysSoByASetting) {
  CacheSettings settings;
  settings.backend = Backend::kRemote;
  settings.storage_url = kElsewhere;
  settings.remote.token_file = path_;
  EXPECT_THAT(CreateCacheStore(settings),
              StatusIs(kInvalid, AllOf(StartsWith("storage_url: would carry the token in the "
                                                  "clear to cache.example:50051"),
                                       HasSubstr("APP_CACHE_INSECURE_TOKEN=true"))));
  settings.remote.insecure_token = true;
  EXPECT_THAT(CreateCacheStore(settings), IsOk());
}

TEST_F(ClearTokenTest, CachectlIsToldSoByAFlagOrTheEnvironment) {
  // A name that no machine has (RFC 6761): a call that is let go is not answered.
  const auto run = [this](const std::vector<std::string>& command,
                          const std::vector<std::string>& environment = {}) {
    std::vector<std::string> arguments = {"client/cachectl", "--server", "grpc://no.invalid:1",
                                          "--token_file", path_};
    arguments.insert(arguments.end(), command.begin(), command.end());
    return RunToEnd(std::move(arguments), environment);
  };
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"ping"}, {"health"}, {"close", "--yes"}}) {
    const Finished refused = run(command);
    EXPECT_EQ(refused.exit_code, 2) << command.front();
    EXPECT_THAT(refused.error,
                AllOf(StartsWith("cachectl: --server: would"), HasSubstr("--insecure_token")))
        << command.front();
  }
  const Finished refused_by_variable = RunToEnd({"client/cachectl", "ping", "--token_file", path_},
                                                {"APP_CACHE_STORAGE_URL=grpc://no.invalid:1"});
  EXPECT_EQ(refused_by_variable.exit_code, 2);
  EXPECT_THAT(refused_by_variable.error, StartsWith("cachectl: APP_CACHE_STORAGE_URL: would"))
      << "where the URL came from";
  const auto is_let_go = AnyOf(3, 4);  // Unavailable, or no answer in time.
  EXPECT_THAT(run({"ping"}, {"APP_CACHE_INSECURE_TOKEN=true"}).exit_code, is_let_go);
  EXPECT_THAT(run({"ping", "--insecure_token"}).exit_code, is_let_go);
}

}  // namespace
}  // namespace cachestore
