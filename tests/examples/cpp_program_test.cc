// SPDX-License-Identifier: Apache-2.0

// The example in C++, as somebody runs it.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/running_server.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

constexpr char kProgram[] = "examples/cpp_program/cpp_program";

Finished RunOver(const std::string& address) {
  return RunToEnd({kProgram, "1001"},
                  {"APP_CACHE_BACKEND=remote", "APP_CACHE_STORAGE_URL=grpc://" + address});
}

TEST(CppProgramTest, ComputesOnceAndIsCachedThen) {
  RunningServer server(TransportKind::kGrpc);
  EXPECT_EQ(RunOver(server.address()).output, "computed: 7 11 13\n");
  EXPECT_EQ(RunOver(server.address()).output, "cached: 7 11 13\n");
}

TEST(CppProgramTest, ComputesWithoutAService) {
  const Finished run = RunOver("127.0.0.1:1");
  EXPECT_EQ(run.output, "computed: 7 11 13\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.error, testing::HasSubstr("not cached: the cache service at 127.0.0.1:1"));
}

TEST(CppProgramTest, ComputesWhileCachingIsOff) {
  EXPECT_EQ(RunToEnd({kProgram, "97"}).output, "computed: 97\n");
}

}  // namespace
}  // namespace cachestore
