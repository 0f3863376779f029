// SPDX-License-Identifier: Apache-2.0

// cache_server --auth_file, as people run it.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/caller.h"
#include "tests/service/replace_file.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CacheServerAccessTest : public TransportTest {
 protected:
  static grpc::StatusCode Set(RunningServer& server, const Caller& caller,
                              const std::string& value) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", caller.authorization);
    v1::SetRequest request;
    request.set_key("key");
    request.set_value(value);
    v1::SetResponse response;
    return server.cache().Set(&context, request, &response).error_code();
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/auth";
  const std::string flag_ = "--auth_file=" + path_;
  const Caller one_ = NewCaller("one", Role::kAdmin, "first");
  const Caller two_ = NewCaller("two", Role::kAdmin, "second");
};

TEST_P(CacheServerAccessTest, LetsInWhomTheFileNamesAndSaysSo) {
  ReplaceFile(path_, one_.line);
  RunningServer server(GetParam(), {flag_});
  EXPECT_THAT(server.start_line(), HasSubstr("auth_file " + path_));
  EXPECT_EQ(server.Ping().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Set(server, two_, "2"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Set(server, one_, "1"), grpc::StatusCode::OK);
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
}

TEST_P(CacheServerAccessTest, ReadsTheFileAgainWhenItChanges) {
  ReplaceFile(path_, one_.line);
  RunningServer server(GetParam(), {flag_});
  ReplaceFile(path_, two_.line + "x");
  EXPECT_THAT(server.process().AwaitLine("auth_file: line"),
              StartsWith("cache_server: warning: auth_file: line 2: has 1 word;"));
  EXPECT_EQ(Set(server, one_, "1"), grpc::StatusCode::OK);
  ReplaceFile(path_, two_.line);
  EXPECT_NE(server.process().AwaitLine("auth_file: read again"), "");
  EXPECT_EQ(Set(server, one_, "1"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Set(server, two_, "2"), grpc::StatusCode::OK);
}

TEST_P(CacheServerAccessTest, ABadFileEndsTheStartInOneLine) {
  ReplaceFile(path_, one_.line + "two\n");
  const Finished server =
      RunToEnd({RunningServer::kServer, TransportFlag(GetParam()), "--listen=127.0.0.1:0", flag_});
  EXPECT_EQ(server.exit_code, 2);
  EXPECT_THAT(server.error, StartsWith("cache_server: auth_file: line 2: has 1 word;"));
}

TEST_P(CacheServerAccessTest, WarnsOfTheMemoryOfAllNamespacesTogether) {
  ReplaceFile(path_, one_.line + two_.line);
  RunningServer server(GetParam(), {flag_, "--max_bytes=500TiB"});
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  EXPECT_THAT(server.process().standard_error(),
              HasSubstr("entries may take 1000 TiB (max_bytes of 2 namespaces), and"));
}

TEST_P(CacheServerAccessTest, NoTokenOrHashIsLogged) {
  ReplaceFile(path_, one_.line);
  RunningServer server(GetParam(), {flag_});
  EXPECT_EQ(Set(server, one_, "the value"), grpc::StatusCode::OK);
  EXPECT_EQ(Set(server, two_, "the value"), grpc::StatusCode::UNAUTHENTICATED);
  const std::string token = two_.authorization.substr(std::string("Bearer ").size());
  for (const std::string& bad : {token, "two write second " + token, two_.line + token + "\n"}) {
    ReplaceFile(path_, bad);
    EXPECT_NE(server.process().AwaitLine("who could call still can"), "");
  }
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(), 0);
  const std::string& log = server.process().standard_error();
  const std::string secret_of_token(absl::StripPrefix(token, "cs_two_"));
  const std::string hash = two_.line.substr(two_.line.rfind(':') + 1, 64);
  for (const std::string& secret :
       {token, secret_of_token, hash, one_.authorization, std::string("the value")}) {
    EXPECT_THAT(log, Not(HasSubstr(secret)));
  }
}

INSTANTIATE_TEST_SUITE_P(Over, CacheServerAccessTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
