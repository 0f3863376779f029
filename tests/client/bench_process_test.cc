// SPDX-License-Identifier: Apache-2.0

// cachectl bench.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;
using testing::StartsWith;
using Answer = ScriptedServer::Answer;

class BenchTest : public CachectlTest {
 protected:
  // A fifth of a second's calls, of which the last half is counted.
  Finished RunBench(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"bench", "--rate", "1000", "--warm_up", "100ms", "--duration",
                                 "100ms", "--keys", "10", "--sets", "20"});
    return Run(flags);
  }
};

TEST_P(BenchTest, CountsTheCallsBehindTheWarmUp) {
  const Finished bench = RunBench();
  EXPECT_EQ(bench.exit_code, 0);
  EXPECT_EQ(bench.error, "");
  EXPECT_THAT(bench.output,
              AllOf(ContainsRegex("^[0-9.]+ calls/s of 1000 asked for, .*, hit ratio 100.0 %\n"),
                    ContainsRegex("\nGet +80 +0 "), ContainsRegex("\nSet +20 +0 "),
                    ContainsRegex("\nall +100 +0 ")));
  EXPECT_THAT(Run({"stats"}).output,
              AllOf(ContainsRegex("\nGet +160 +0 "), ContainsRegex("\nSet +40 +0 "),
                    HasSubstr(" 10 of 10000 entries")));
}

TEST_P(BenchTest, AnswersInCsvAndJson) {
  const Finished csv = RunBench({"--csv"});
  EXPECT_EQ(csv.exit_code, 0);
  const std::vector<std::string> lines = absl::StrSplit(csv.output, '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[1], MatchesRegex("Get,80,0(,[0-9.]+){6}"));
  EXPECT_THAT(RunBench({"--json"}).output,
              AllOf(StartsWith("{\"rate_asked\":1000,\"rate\":"), HasSubstr(",\"hits\":80,")));
  EXPECT_EQ(RunBench({"--json", "--csv"}).exit_code, 2);
}

TEST_P(BenchTest, NumbersOutOfBoundsAreRefused) {
  EXPECT_EQ(Run({"bench", "--rate", "0"}).exit_code, 2);
  EXPECT_EQ(Run({"bench", "--sets", "101"}).exit_code, 2);
  EXPECT_EQ(Run({"bench", "--keys", "0"}).exit_code, 2);
}

TEST_P(BenchTest, AWarmUpMayBeNone) {
  EXPECT_EQ(Run({"bench", "--rate", "100", "--warm_up", "0s", "--duration", "100ms", "--keys", "1"})
                .exit_code,
            0);
  EXPECT_EQ(Run({"bench", "--warm_up", "-1s"}).exit_code, 2);
  EXPECT_EQ(Run({"bench", "--duration", "0s"}).exit_code, 2);
}

TEST_P(BenchTest, ErrorsAreCountedAndTheFirstDecidesTheExitCode) {
  ScriptedServer server([](const std::string& method, int /*attempt*/) -> std::optional<Answer> {
    if (method == "BatchSet") {
      return Answer{grpc::Status::OK, codec::EncodeBatchBoolResponse({true})};
    }
    return Answer{grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you")};
  });
  const Finished bench =
      RunToEnd({"client/cachectl", "--server", server.url(), "bench", "--rate", "1000", "--keys",
                "1", "--warm_up", "1ms", "--duration", "10ms"});
  EXPECT_EQ(bench.exit_code, 5);
  EXPECT_EQ(bench.error, "cachectl: bench: not you\n");
  EXPECT_THAT(bench.output, ContainsRegex("\nall +10 +10 "));
}

TEST_P(BenchTest, WithoutAServiceItDoesNotBegin) {
  const Finished bench = RunToEnd({"client/cachectl", "--server", "unix:/nowhere/s", "bench"});
  EXPECT_EQ(bench.exit_code, 3);
  EXPECT_EQ(bench.output, "");
}

INSTANTIATE_TEST_SUITE_P(Over, BenchTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
