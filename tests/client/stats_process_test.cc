// SPDX-License-Identifier: Apache-2.0

// cachectl stats and latency.
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "protos/admin.pb.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/temporary_folder.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class StatsCommandTest : public CachectlTest {
 protected:
  void UseTheCache() {
    Run({"set", "key", "value"});
    Run({"get", "key"});
    Run({"get", "absent"});
  }
};

TEST_P(StatsCommandTest, StatsShowsWhatWasDone) {
  UseTheCache();
  const Finished stats = Run({"stats"});
  EXPECT_EQ(stats.exit_code, 0);
  EXPECT_EQ(stats.error, "");
  EXPECT_THAT(stats.output, AllOf(StartsWith("ready\ncache_server "), HasSubstr("backend memory"),
                                  ContainsRegex("\nlast [0-9]+ s +[0-9.]+ +0 +50.0 %"),
                                  HasSubstr(" of 1.0 GiB (0.0 %), 1 of 10000 entries\n"),
                                  ContainsRegex("\nGet +2 +0 "), ContainsRegex("\nSet +1 +0 ")));
  EXPECT_THAT(stats.output, Not(HasSubstr("Delete"))) << "which nobody called";
}

TEST_P(StatsCommandTest, StatsInJsonIsTheMessage) {
  UseTheCache();
  const Finished stats = Run({"stats", "--json"});
  EXPECT_EQ(stats.exit_code, 0);
  v1::StatsResponse read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(stats.output, &read).ok());
  EXPECT_EQ(read.namespaces(0).hits(), 1);
  EXPECT_THAT(stats.output,
              AllOf(HasSubstr("\"not_ready_reason\":\"\""), HasSubstr("\"steps\":[]")))
      << "as the page has it";
}

TEST_P(StatsCommandTest, LatencyShowsTheMethodsThatWereCalled) {
  UseTheCache();
  const Finished latency = Run({"latency"});
  EXPECT_EQ(latency.exit_code, 0);
  EXPECT_THAT(latency.output,
              AllOf(ContainsRegex("^in [0-9]+ s +calls +mean +p50 +p90 +p99 +p99.9\n"),
                    ContainsRegex("\nGet +2 +[0-9.]+ [mu]?s ")));
  EXPECT_THAT(latency.output, Not(HasSubstr("Redis")));
}

TEST_P(StatsCommandTest, LatencyOfAnIntervalHasWhatWentOnMeanwhile) {
  UseTheCache();
  const Finished latency = Run({"latency", "--interval", "1ms"});
  EXPECT_EQ(latency.exit_code, 0);
  EXPECT_THAT(latency.output,
              AllOf(ContainsRegex("\nGet +2 "), ContainsRegex("\n\nin [0-9.]+ ms")));
  const size_t interval = latency.output.find("\n\nin ");
  EXPECT_EQ(latency.output.find("\nGet ", interval), std::string::npos) << latency.output;
}

TEST_P(StatsCommandTest, LatencyInJsonIsInSeconds) {
  UseTheCache();
  const Finished latency = Run({"latency", "--json", "--interval", "1ms"});
  EXPECT_EQ(latency.exit_code, 0);
  EXPECT_THAT(latency.output, AllOf(StartsWith("{\"uptime\":"),
                                    HasSubstr("{\"name\":\"Get\",\"calls\":2,\"mean\":"),
                                    HasSubstr("\"in_interval\":[")));
}

TEST_P(StatsCommandTest, AServiceWithoutFiguresIsExitCodeSix) {
  ScriptedServer server([](const std::string& /*method*/, int /*attempt*/) {
    return ScriptedServer::Answer{grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no figures")};
  });
  for (const char* command : {"stats", "latency"}) {
    const Finished finished = RunToEnd({"client/cachectl", "--server", server.url(), command});
    EXPECT_EQ(finished.exit_code, 6) << command;
    EXPECT_EQ(finished.error, std::string("cachectl: ") + command + ": no figures\n");
    EXPECT_EQ(finished.output, "");
  }
}

TEST_P(StatsCommandTest, SaysWhyItIsNotReadyAndHowItsRedisIs) {
  const RunningServer server(GetParam(),
                             {"--backend=redis", "--storage_url=redis://127.0.0.1:1/0"});
  const Finished stats =
      RunToEnd({"client/cachectl", "--server", "grpc://" + server.address(), "stats"});
  EXPECT_EQ(stats.exit_code, 0);
  EXPECT_THAT(stats.output, AllOf(StartsWith("not ready: "), HasSubstr("backend redis"),
                                  ContainsRegex("\nredis +not connected, 0 lost, [1-9]")));
  const Finished json =
      RunToEnd({"client/cachectl", "--server", "grpc://" + server.address(), "stats", "--json"});
  EXPECT_THAT(json.output, HasSubstr("\"node\":\"127.0.0.1:1\""));
}

TEST_P(StatsCommandTest, ShowsItsTokenToAServiceThatWantsOne) {
  const TemporaryFolder folder;
  for (const std::string role : {"write", "admin"}) {
    const std::string made =
        RunToEnd({"client/cachectl", "token", "new", role, "--role", role}).output;
    const size_t end = made.find('\n');
    std::ofstream(folder.path() + "/auth", std::ios::app) << made.substr(end + 1);
    std::ofstream(folder.path() + "/" + role) << made.substr(0, end);
  }
  const RunningServer server(GetParam(), {"--auth_file=" + folder.path() + "/auth"});
  const auto run = [&](const std::string& command, const std::string& role) {
    return RunToEnd({"client/cachectl", "--server", "grpc://" + server.address(), command,
                     "--token_file", folder.path() + "/" + role});
  };
  for (const char* command : {"stats", "latency", "top"}) {
    EXPECT_EQ(run(command, "write").exit_code, 5) << command;
  }
  EXPECT_EQ(run("latency", "admin").exit_code, 0);
  const Finished stats = run("stats", "admin");
  EXPECT_EQ(stats.exit_code, 0);
  EXPECT_THAT(stats.output,
              AllOf(HasSubstr("\nnamespace "), HasSubstr("\nwrite "), HasSubstr("\nadmin ")));
}

TEST_P(StatsCommandTest, IsAnsweredOverTls) {
  TestCertificates authority;
  const TestCertificates::Pair pair = authority.Sign("server", "IP:127.0.0.1");
  const RunningServer server(GetParam(),
                             {"--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
  const Finished stats = RunToEnd({"client/cachectl", "--server", "grpcs://" + server.address(),
                                   "--tls_ca_file", authority.ca(), "stats"});
  EXPECT_EQ(stats.exit_code, 0) << stats.error;
  EXPECT_THAT(stats.output, StartsWith("ready\n"));
}

INSTANTIATE_TEST_SUITE_P(Over, StatsCommandTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
