// SPDX-License-Identifier: Apache-2.0

// cachectl top, on a terminal and not.
#include <signal.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/pseudo_terminal.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr char kEnter[] = "\x1b[?1049h";
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";

class TopTest : public CachectlTest {
 protected:
  PseudoTerminal OnATerminal(std::vector<std::string> arguments,
                             std::vector<std::string> environment = {}, int rows = 24,
                             int columns = 80) {
    arguments.insert(arguments.begin(), {"client/cachectl", "--server", "grpc://" + address_});
    environment.emplace_back("TERM=xterm");
    return PseudoTerminal(std::move(arguments), environment, rows, columns);
  }
};

TEST_P(TopTest, IsALineASampleWhereThereIsNoTerminal) {
  const Finished top = Run({"top", "--interval", "1ms", "--count", "3"});
  EXPECT_EQ(top.exit_code, 0);
  EXPECT_EQ(top.error, "");
  const std::vector<std::string> lines = absl::StrSplit(top.output, '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines, Each(MatchesRegex("20[^ ]+Z ready, [0-9.]+ calls/s, .* entries")));
  EXPECT_THAT(top.output, Not(HasSubstr("\x1b")));
}

TEST_P(TopTest, InJsonIsAnObjectALine) {
  const Finished top = Run({"top", "--interval", "1ms", "--count", "2", "--json"});
  EXPECT_EQ(top.exit_code, 0);
  const std::vector<std::string> lines = absl::StrSplit(top.output, '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines,
              Each(AllOf(StartsWith("{\"time\":\""), HasSubstr("\"ready\":true"), EndsWith("]}"))));
}

TEST_P(TopTest, DrawsOnATerminalAndLeavesItAsItWas) {
  PseudoTerminal terminal = OnATerminal({"top", "--interval", "1ms", "--count", "2"});
  EXPECT_EQ(terminal.Wait(), 0);
  EXPECT_THAT(terminal.screen(),
              AllOf(StartsWith(kEnter), EndsWith(kLeave), HasSubstr("\x1b[1;32mready  127.0.0.1:"),
                    HasSubstr("\x1b[1mmethod ")));
}

TEST_P(TopTest, HasNoColourWhereNobodyWantsIt) {
  PseudoTerminal terminal =
      OnATerminal({"top", "--interval", "1ms", "--count", "1"}, {"NO_COLOR=1"});
  EXPECT_EQ(terminal.Wait(), 0);
  EXPECT_THAT(terminal.screen(), AllOf(HasSubstr("ready  "), Not(HasSubstr("\x1b[1"))));
}

TEST_P(TopTest, ADumbTerminalGetsLines) {
  PseudoTerminal terminal({"client/cachectl", "--server", "grpc://" + address_, "top", "--interval",
                           "1ms", "--count", "1"},
                          {"TERM=dumb"}, 24, 80);
  EXPECT_EQ(terminal.Wait(), 0);
  EXPECT_THAT(terminal.screen(), MatchesRegex("20[^ ]+Z ready, [^\x1b]*\r\n"));
}

TEST_P(TopTest, FitsASmallTerminal) {
  PseudoTerminal terminal =
      OnATerminal({"top", "--interval", "1ms", "--count", "1"}, {"NO_COLOR=1"}, 3, 12);
  EXPECT_EQ(terminal.Wait(), 0);
  EXPECT_THAT(terminal.screen(),
              HasSubstr("\x1b[H\x1b[Kready  127.0\r\n\x1b[Kcalls     0/\r\n\x1b[Kand "));
}

TEST_P(TopTest, CtrlCLeavesTheScreenAndEnds) {
  PseudoTerminal terminal = OnATerminal({"top", "--interval", "1h"});
  EXPECT_TRUE(terminal.Await("calls  "));
  terminal.Type("\x03");
  EXPECT_EQ(terminal.Wait(), -SIGINT);
  EXPECT_THAT(terminal.screen(), EndsWith(kLeave));
}

TEST_P(TopTest, WithoutAnAnswerAtFirstItFailsAndDrawsNothing) {
  server_.Signal(SIGKILL);
  server_.Wait();
  PseudoTerminal terminal = OnATerminal({"top"});
  EXPECT_EQ(terminal.Wait(), 3);
  EXPECT_THAT(terminal.screen(), StartsWith("cachectl: top: "));
}

TEST_P(TopTest, SaysThatAServiceIsAwayAndGoesOn) {
  const TemporaryFolder folder;
  const std::string socket = "unix:" + folder.path() + "/cache.sock";
  auto server = std::make_unique<RunningServer>(GetParam(), std::vector<std::string>(), socket);
  Subprocess top({"client/cachectl", "--server", socket, "top", "--interval", "10ms", "--json"});
  EXPECT_NE(top.AwaitOutputLine("\"ready\":true"), "");
  server.reset();
  EXPECT_NE(top.AwaitOutputLine("\"error\":\"UNAVAILABLE\""), "");
  server = std::make_unique<RunningServer>(GetParam(), std::vector<std::string>(), socket);
  EXPECT_NE(top.AwaitOutputLine("\"restarted\":true"), "");
}

TEST_P(TopTest, ADenialEndsIt) {
  ScriptedServer server([](const std::string& /*method*/, int attempt) {
    if (attempt == 1) return ScriptedServer::Answer{grpc::Status::OK, absl::Cord()};
    return ScriptedServer::Answer{grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no more")};
  });
  PseudoTerminal terminal({"client/cachectl", "--server", server.url(), "top", "--interval", "1ms"},
                          {"TERM=xterm"}, 24, 80);
  EXPECT_EQ(terminal.Wait(), 5);
  EXPECT_THAT(terminal.screen(), EndsWith(std::string(kLeave) + "cachectl: top: no more\r\n"))
      << "after the screen is left";
}

TEST_P(TopTest, ACountThatIsNoneIsRefused) {
  for (const char* count : {"0", "-1", "many"}) {
    const Finished top = Run({"top", "--count", count});
    EXPECT_EQ(top.exit_code, 2) << count;
    EXPECT_THAT(top.error, HasSubstr("--count")) << count;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, TopTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
