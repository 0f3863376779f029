// SPDX-License-Identifier: Apache-2.0

// cache_server --auth_file over a Redis: where the entries of each namespace are.
#include <grpcpp/grpcpp.h>

#include <string>

#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/caller.h"
#include "tests/service/replace_file.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

class NamespacesTest : public TransportTest {
 protected:
  NamespacesTest() { ReplaceFile(path_, one_.line + two_.line); }

  static grpc::Status Set(RunningServer& server, const Caller& caller, const std::string& key,
                          const std::string& value) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", caller.authorization);
    v1::SetRequest request;
    request.set_key(key);
    request.set_value(value);
    v1::SetResponse response;
    return server.cache().Set(&context, request, &response);
  }

  RedisServer redis_;
  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/auth";
  const Caller one_ = NewCaller("one", Role::kAdmin, "first");
  const Caller two_ = NewCaller("two", Role::kAdmin, "second");
};

TEST_P(NamespacesTest, TheNamespaceStandsBetweenThePrefixAndTheKey) {
  RunningServer server(GetParam(), {"--auth_file=" + path_, "--backend=redis",
                                    "--storage_url=" + redis_.url(), "--key_prefix=p:"});
  ASSERT_TRUE(Set(server, one_, "key", "1").ok());
  ASSERT_TRUE(Set(server, two_, "key", "2").ok());
  ASSERT_TRUE(Set(server, two_, "first:key", "3").ok());
  EXPECT_EQ(redis_.Run({"GET", "p:first:key"}), "1");
  EXPECT_EQ(redis_.Run({"GET", "p:second:key"}), "2");
  EXPECT_EQ(redis_.Run({"GET", "p:second:first:key"}), "3");
}

TEST_P(NamespacesTest, ClearRemovesThoseOfTheCallersNamespaceAlone) {
  RunningServer server(
      GetParam(), {"--auth_file=" + path_, "--backend=redis", "--storage_url=" + redis_.url()});
  ASSERT_TRUE(Set(server, one_, "key", "1").ok());
  ASSERT_TRUE(Set(server, two_, "key", "2").ok());
  grpc::ClientContext context;
  context.AddMetadata("authorization", one_.authorization);
  v1::ClearResponse response;
  const grpc::Status cleared = server.cache().Clear(&context, {}, &response);
  ASSERT_TRUE(cleared.ok()) << cleared.error_message();
  EXPECT_EQ(redis_.Run({"GET", "cache:first:key"}), "(nil)");
  EXPECT_EQ(redis_.Run({"GET", "cache:second:key"}), "2");
}

INSTANTIATE_TEST_SUITE_P(Over, NamespacesTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
