// SPDX-License-Identifier: Apache-2.0

// The seven operations, health and help.
#include <signal.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cachectl_test.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST_P(CachectlTest, GetWritesTheBytesThatSetStored) {
  EXPECT_EQ(Run({"set", "greeting", "hello", "--ttl", "1m"}).exit_code, 0);
  const Finished get = Run({"get", "greeting"});
  EXPECT_EQ(get.exit_code, 0);
  EXPECT_EQ(get.output, "hello");
  EXPECT_EQ(get.error, "");
}

TEST_P(CachectlTest, SetTakesItsValueFromStdin) {
  std::string bytes;
  for (int i = 0; i < 1'000; ++i) bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(Run({"set", "piped"}, bytes).exit_code, 0);
  EXPECT_EQ(Run({"get", "piped"}).output, bytes);
  EXPECT_EQ(Run({"set", "dash", "-"}, "through a dash").exit_code, 0);
  EXPECT_EQ(Run({"get", "dash"}).output, "through a dash");
}

TEST_P(CachectlTest, SetTakesItsValueFromAFile) {
  EXPECT_EQ(Run({"set", "file", "--file", "/etc/passwd"}).exit_code, 0);
  EXPECT_THAT(Run({"get", "file"}).output, HasSubstr("root:"));
  const Finished missing = Run({"set", "file", "--file", "/no/such/file"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.error, HasSubstr("/no/such/file"));
}

TEST_P(CachectlTest, AFileThatIsADashIsStdin) {
  EXPECT_EQ(Run({"set", "piped", "--file", "-"}, "through a file").exit_code, 0);
  EXPECT_EQ(Run({"get", "piped"}).output, "through a file");
  EXPECT_EQ(Run({"set", "dash", "--file", "-"}, "-").exit_code, 0);
  EXPECT_EQ(Run({"get", "dash"}).output, "-");
}

TEST_P(CachectlTest, AMissIsExitCodeOneAndWritesNothing) {
  const Finished get = Run({"get", "absent"});
  EXPECT_EQ(get.exit_code, 1);
  EXPECT_EQ(get.output, "");
}

TEST_P(CachectlTest, ExistsAndDeleteSayWhatTheyFound) {
  Run({"set", "key", "value"});
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 0);
  EXPECT_EQ(Run({"delete", "key"}).output, "deleted\n");
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 1);
  const Finished again = Run({"delete", "key"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.output, "absent\n");
}

TEST_P(CachectlTest, ClearAsksAndTakesYesForAnAnswer) {
  Run({"set", "key", "value"});
  const Finished unconfirmed = Run({"clear"});
  EXPECT_EQ(unconfirmed.exit_code, 2);
  EXPECT_THAT(unconfirmed.error, HasSubstr("--yes"));
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 0);
  EXPECT_EQ(Run({"clear", "--yes"}).exit_code, 0);
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 1);
}

TEST_P(CachectlTest, CloseAsksAndThenEndsTheServer) {
  EXPECT_EQ(Run({"close"}).exit_code, 2);
  EXPECT_EQ(Run({"ping"}).exit_code, 0);
  EXPECT_EQ(Run({"close", "--yes"}).exit_code, 0);
  EXPECT_EQ(server_.Wait(), 0);
}

TEST_P(CachectlTest, HealthIsServingOrAnError) {
  const Finished health = Run({"health"});
  EXPECT_EQ(health.exit_code, 0);
  EXPECT_EQ(health.output, "SERVING\n");
  EXPECT_NE(Run({"health", "--service", "no.such.Service"}).exit_code, 0);
}

TEST_P(CachectlTest, AServerThatIsNotThereIsExitCodeThree) {
  server_.Signal(SIGKILL);
  server_.Wait();
  const Finished ping = Run({"ping"});
  EXPECT_EQ(ping.exit_code, 3);
  EXPECT_THAT(ping.error, MatchesRegex("cachectl: ping: [^\n]*" + address_ + "[^\n]*\n"));
}

TEST_P(CachectlTest, WhatTheServerRefusesIsExitCodeTwo) {
  const Finished set = Run({"set", "key", "value", "--ttl", "9000h"});
  EXPECT_EQ(set.exit_code, 2);
  EXPECT_THAT(set.error, AllOf(HasSubstr("ttl"), HasSubstr("8760h")));
}

TEST_P(CachectlTest, ABadCommandLineIsExitCodeTwo) {
  EXPECT_EQ(Run({}).exit_code, 2);
  EXPECT_EQ(Run({"no-such-command"}).exit_code, 2);
  EXPECT_EQ(Run({"get"}).exit_code, 2);
  EXPECT_EQ(Run({"--server", "http://x", "ping"}).exit_code, 2);
}

TEST_P(CachectlTest, HelpListsCommandsAndExitCodes) {
  const Finished help = Run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command : {"get",  "set",    "delete", "exists",  "ttl",    "touch",  "incr",
                              "mget", "stats",  "top",    "latency", "doctor", "bench",  "context",
                              "mset", "import", "clear",  "ping",    "close",  "health", "token"}) {
    EXPECT_THAT(help.output, HasSubstr(std::string("\n  ") + command));
    EXPECT_THAT(Run({command, "--help"}).output, HasSubstr("Examples:")) << command;
  }
  EXPECT_THAT(help.output, HasSubstr("Exit codes:"));
}

INSTANTIATE_TEST_SUITE_P(Over, CachectlTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
