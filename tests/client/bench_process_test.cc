// SPDX-License-Identifier: Apache-2.0

// cachectl bench.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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

// The figures that are counts, of one row of a report in CSV. A machine that is busy may not have
// begun every call in time, so that tests know the sums alone.
struct Counts {
  uint64_t calls = 0;
  uint64_t errors = 0;
  uint64_t not_begun = 0;
};
Counts CountsOf(const std::string& csv, const std::string& method) {
  for (const absl::string_view line : absl::StrSplit(csv, '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    Counts counts;
    if (cells[0] == method && cells.size() == 10 && absl::SimpleAtoi(cells[1], &counts.calls) &&
        absl::SimpleAtoi(cells[2], &counts.errors) &&
        absl::SimpleAtoi(cells[3], &counts.not_begun)) {
      return counts;
    }
  }
  ADD_FAILURE() << "no row of " << method << " in: " << csv;
  return {};
}

TEST_P(BenchTest, PrintsATableOfTheCallsBehindTheWarmUp) {
  const Finished bench = RunBench();
  EXPECT_EQ(bench.exit_code, 0);
  EXPECT_EQ(bench.error, "");
  EXPECT_THAT(
      bench.output,
      AllOf(ContainsRegex("^[0-9.]+ calls/s of 1000 asked for, .*, hit ratio 100.0 %\n"),
            ContainsRegex("\nGet +[1-9][0-9]* +0 "), ContainsRegex("\nSet +[1-9][0-9]* +0 "),
            ContainsRegex("\nall +[1-9][0-9]* +0 ")));
  EXPECT_THAT(Run({"stats"}).output, HasSubstr(" 10 of 10000 entries"));
}

TEST_P(BenchTest, CountsEachCallBehindTheWarmUpOnce) {
  const std::string csv = RunBench({"--csv"}).output;
  const Counts gets = CountsOf(csv, "Get");
  const Counts sets = CountsOf(csv, "Set");
  const Counts all = CountsOf(csv, "all");
  EXPECT_EQ(gets.calls + gets.not_begun, 80);
  EXPECT_EQ(sets.calls + sets.not_begun, 20);
  EXPECT_EQ(all.calls, gets.calls + sets.calls);
  EXPECT_EQ(all.not_begun, gets.not_begun + sets.not_begun);
  EXPECT_EQ(all.errors, 0);
}

// A second's worth of a million calls takes any machine many seconds.
TEST_P(BenchTest, ARateThatIsOutOfReachMakesItNoLonger) {
  const std::vector<std::string> arguments = {"bench",  "--rate", "1000000",    "--warm_up", "0s",
                                              "--keys", "1",      "--duration", "1s"};
  std::vector<std::string> in_csv = arguments;
  in_csv.emplace_back("--csv");
  const Finished csv = Run(in_csv);
  EXPECT_EQ(csv.exit_code, 0) << csv.error;
  const Counts all = CountsOf(csv.output, "all");
  EXPECT_EQ(all.calls + all.not_begun, 1'000'000);
  EXPECT_GT(all.calls, 0);
  EXPECT_GT(all.not_begun, 0);
  EXPECT_THAT(Run(arguments).output,
              ContainsRegex("\nThe rate was not reached: [0-9]+ calls were due and had not begun"));
}

TEST_P(BenchTest, AnswersInCsvAndJson) {
  const Finished csv = RunBench({"--csv"});
  EXPECT_EQ(csv.exit_code, 0);
  const std::vector<std::string> lines = absl::StrSplit(csv.output, '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[1], MatchesRegex("Get,[0-9]+,0,[0-9]+(,[0-9.]+){6}"));
  EXPECT_THAT(RunBench({"--json"}).output,
              AllOf(ContainsRegex("^\\{\"rate_asked\":1000,\"rate\":.*,\"hits\":[1-8][0-9]?,"),
                    HasSubstr(",\"not_begun\":")));
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

// One that takes the entries, and answers each call after that with `status`.
ScriptedServer::Script AfterTheEntries(const grpc::Status& status) {
  return [status](const std::string& method, int /*attempt*/) -> std::optional<Answer> {
    if (method == "BatchSet") {
      return Answer{grpc::Status::OK, codec::EncodeBatchBoolResponse({true})};
    }
    return Answer{status};
  };
}

std::vector<std::string> TenCallsTo(const ScriptedServer& server) {
  return {"client/cachectl", "--server", server.url(), "bench", "--rate", "100", "--keys", "1",
          "--warm_up",       "0",        "--duration", "100ms", "--csv"};
}

TEST_P(BenchTest, ErrorsAreCountedAndTheFirstDecidesTheExitCode) {
  ScriptedServer server(
      AfterTheEntries(grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you")));
  const Finished bench = RunToEnd(TenCallsTo(server));
  EXPECT_EQ(bench.exit_code, 5);
  EXPECT_EQ(bench.error, "cachectl: bench: not you\n");
  const Counts all = CountsOf(bench.output, "all");
  EXPECT_GT(all.errors, 0);
  EXPECT_EQ(all.errors + all.not_begun, 10);
}

TEST_P(BenchTest, AServiceThatIsUnavailableForEveryCallIsExitCodeThree) {
  ScriptedServer server(AfterTheEntries(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone")));
  const Finished bench = RunToEnd(TenCallsTo(server));
  EXPECT_EQ(bench.exit_code, 3);
  const Counts all = CountsOf(bench.output, "all");
  EXPECT_EQ(all.errors, all.calls);
  EXPECT_EQ(all.calls + all.not_begun, 10);
}

TEST_P(BenchTest, WithoutAServiceItDoesNotBegin) {
  const Finished bench = RunToEnd({"client/cachectl", "--server", "unix:/nowhere/s", "bench"});
  EXPECT_EQ(bench.exit_code, 3);
  EXPECT_EQ(bench.output, "");
}

INSTANTIATE_TEST_SUITE_P(Over, BenchTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
