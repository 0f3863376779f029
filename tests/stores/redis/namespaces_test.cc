// SPDX-License-Identifier: Apache-2.0

// cache_server --auth_file over a Redis: where the entries of each namespace are.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/service/caller.h"
#include "tests/service/calls_of.h"
#include "tests/service/leak_search.h"
#include "tests/service/replace_file.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/seeds.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

class NamespacesTest : public TransportTest {
 protected:
  NamespacesTest() { ReplaceFile(path_, one_.line + two_.line); }

  RedisServer redis_;
  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/auth";
  const Caller one_ = NewCaller("one", Role::kAdmin, "one");
  const Caller two_ = NewCaller("two", Role::kAdmin, "two");
};

TEST_P(NamespacesTest, TheNamespaceStandsBetweenThePrefixAndTheKey) {
  RunningServer server(GetParam(), {"--auth_file=" + path_, "--backend=redis",
                                    "--storage_url=" + redis_.url(), "--key_prefix=p:"});
  ASSERT_TRUE(CallsOf(server.cache(), one_).Set("key", "1").ok());
  ASSERT_TRUE(CallsOf(server.cache(), two_).Set("key", "2").ok());
  ASSERT_TRUE(CallsOf(server.cache(), two_).Set("one:key", "3").ok());
  EXPECT_EQ(redis_.Run({"GET", "p:one:key"}), "1");
  EXPECT_EQ(redis_.Run({"GET", "p:two:key"}), "2");
  EXPECT_EQ(redis_.Run({"GET", "p:two:one:key"}), "3");
}

TEST_P(NamespacesTest, ClearRemovesThoseOfTheCallersNamespaceAlone) {
  RunningServer server(
      GetParam(), {"--auth_file=" + path_, "--backend=redis", "--storage_url=" + redis_.url()});
  ASSERT_TRUE(CallsOf(server.cache(), one_).Set("key", "1").ok());
  ASSERT_TRUE(CallsOf(server.cache(), two_).Set("key", "2").ok());
  ASSERT_TRUE(CallsOf(server.cache(), one_).Clear().ok());
  EXPECT_EQ(redis_.Run({"GET", "cache:one:key"}), "(nil)");
  EXPECT_EQ(redis_.Run({"GET", "cache:two:key"}), "2");
}

TEST_P(NamespacesTest, ANamespaceIsNotChangedByWhatIsDoneInAnother) {
  RunningServer server(
      GetParam(), {"--auth_file=" + path_, "--backend=redis", "--storage_url=" + redis_.url()});
  for (const uint32_t seed : TestSeeds()) {
    SearchForLeaks(CallsOf(server.cache(), one_), CallsOf(server.cache(), two_), seed, 200);
  }
}

INSTANTIATE_TEST_SUITE_P(Over, NamespacesTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
