// SPDX-License-Identifier: Apache-2.0

// What docs/api.md shows does what it says.
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/running_server.h"
#include "tests/testing/run_threads.h"
#include "tests/testing/subprocess.h"

namespace {
#include "tests/docs/append_snippet.inc"
}  // namespace

namespace cachestore {
namespace {

TEST(ApiPageTest, NothingThatIsAppendedIsLost) {
  constexpr int kThreads = 8;
  const auto store = MemoryCacheStore::Create({}).value();
  const BlockingCacheStore cache(*store);
  RunThreads(kThreads, [&](int) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(Append(cache, "list", absl::Cord("x")).value());
    }
  });
  EXPECT_EQ(BlockingCacheStore(*store).Get("list").value().value().size(), 100u * kThreads);
}

TEST(ApiPageTest, AProgramWhoseCallsTravelTogetherReadsWhatIsThere) {
  const RunningServer server(TransportKind::kGrpc);
  const std::string url = "grpc://" + server.address();
  ASSERT_EQ(RunToEnd({"client/cachectl", "--server=" + url, "set", "greeting", "hello"}).exit_code,
            0);
  EXPECT_EQ(RunToEnd({"tests/docs/coalescing_example"}, {"SERVICE_URL=" + url}).output, "hello\n");
}

}  // namespace
}  // namespace cachestore
