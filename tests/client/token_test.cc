// SPDX-License-Identifier: Apache-2.0

// Clients of ours that show a service who calls.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/app_cache.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/settings.h"
#include "tests/service/caller.h"
#include "tests/service/guarded_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/matchers.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TokenTest : public TransportTest {
 protected:
  TokenTest() { std::ofstream(path_) << token_ << "\n"; }

  Finished Cachectl(std::vector<std::string> arguments,
                    const std::vector<std::string>& environment = {},
                    const std::string& input = "") {
    arguments.insert(arguments.begin(), {"client/cachectl", "--server", url_});
    return RunToEnd(std::move(arguments), environment, input);
  }

  const Caller caller_ = NewCaller("app", Role::kAdmin, "one");
  const std::string token_ = caller_.authorization.substr(std::string("Bearer ").size());
  GuardedServer server_{GetParam(), caller_.line};
  const std::string url_ = absl::StrCat("grpc://", server_.server().server().addresses().front());
  const std::string path_ = server_.path() + ".token";
};

TEST_P(TokenTest, EveryCallOfAClientShowsItsToken) {
  const auto client = RemoteCacheStore::Create({.url = url_, .token = token_});
  ASSERT_THAT(client, IsOk());
  BlockingCacheStore cache(**client);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Increment("counter", 1), IsOk());
  EXPECT_THAT(cache.BatchGet({"key", "other"}), IsOk());
  EXPECT_THAT(cache.Clear(), IsOk());
}

TEST_P(TokenTest, CoalescedCallsShowItToo) {
  const auto client =
      RemoteCacheStore::Create({.url = url_, .token = token_, .coalescing = Coalescing()});
  ASSERT_THAT(client, IsOk());
  BlockingCacheStore cache(**client);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Get("key"), IsOkAndHolds(absl::Cord("value")));
}

TEST_P(TokenTest, AClientWithoutATokenIsUnauthenticated) {
  const auto client = RemoteCacheStore::Create({.url = url_});
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT(BlockingCacheStore(**client).Ping(),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("send Bearer")));
}

TEST_P(TokenTest, WhatIsNoTokenIsRefusedUnseen) {
  EXPECT_THAT(RemoteCacheStore::Create({.url = url_, .token = "hunter2"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("token: is none"), Not(HasSubstr("hunter2")))));
}

TEST_P(TokenTest, AnApplicationReadsItFromAFile) {
  CacheSettings settings;
  settings.backend = Backend::kRemote;
  settings.storage_url = url_;
  settings.remote.token_file = path_;
  const auto cache = CreateCacheStore(settings);
  ASSERT_THAT(cache, IsOk());
  EXPECT_THAT(BlockingCacheStore(**cache).Ping(), IsOk());

  std::ofstream(path_) << token_ << "hunter2";
  EXPECT_THAT(CreateCacheStore(settings),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("auth_token_file: " + path_ + " holds no token"),
                             Not(HasSubstr("hunter2")))));
  settings.remote.token_file += ".none";
  EXPECT_THAT(CreateCacheStore(settings), StatusIs(absl::StatusCode::kInvalidArgument,
                                                   HasSubstr("cannot be read (No such file")));
}

TEST_P(TokenTest, CachectlReadsItFromAFile) {
  EXPECT_EQ(Cachectl({"--token_file", path_, "set", "key", "value"}).exit_code, 0);
  EXPECT_EQ(Cachectl({"get", "key"}, {"APP_CACHE_AUTH_TOKEN_FILE=" + path_}).output, "value");
  EXPECT_THAT(Cachectl({"ping"}).error, HasSubstr("send Bearer"));
  EXPECT_EQ(Cachectl({"--token_file", path_, "close", "--yes"}).exit_code, 0);
  EXPECT_EQ(server_.server().close_calls(), 1);

  const Finished none = Cachectl({"--token_file", path_ + ".none", "ping"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.error, HasSubstr("--token_file: " + path_ + ".none cannot be read"));
}

TEST_P(TokenTest, CachectlReadsItFromStdin) {
  EXPECT_EQ(Cachectl({"--token_file", "-", "set", "key", "value"}, {}, token_ + "\n").exit_code, 0);
  EXPECT_EQ(Cachectl({"get", "key", "--token_file=-"}, {}, token_).output, "value");
  const Finished none = Cachectl({"--token_file", "-", "ping"}, {}, token_ + "hunter2");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.error,
              AllOf(HasSubstr("--token_file: stdin holds no token"), Not(HasSubstr("hunter2"))));
}

TEST_P(TokenTest, CachectlReadsFromStdinATokenOrAValueButNotBoth) {
  for (const std::vector<std::string>& value :
       std::vector<std::vector<std::string>>{{"-"}, {"--file", "-"}, {}}) {
    std::vector<std::string> arguments = {"--token_file", "-", "set", "key"};
    arguments.insert(arguments.end(), value.begin(), value.end());
    const Finished set = Cachectl(arguments, {}, token_);
    EXPECT_EQ(set.exit_code, 2);
    EXPECT_EQ(set.error,
              "cachectl: --token_file: stdin can be read once, and is for the value already\n");
  }
  const Finished many = Cachectl({"mset", "key", "-", "--token_file", "-"}, {}, token_);
  EXPECT_EQ(many.exit_code, 2);
  EXPECT_THAT(many.error, HasSubstr("is for the value of \"key\" already"));
  EXPECT_EQ(Cachectl({"--token_file", path_, "exists", "key"}).exit_code, 1);
}

INSTANTIATE_TEST_SUITE_P(Over, TokenTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
