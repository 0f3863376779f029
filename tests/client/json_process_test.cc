// SPDX-License-Identifier: Apache-2.0

// What cachectl prints with --json, and keys and values of any bytes.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using Answer = ScriptedServer::Answer;

class JsonCommandsTest : public CachectlTest {
 protected:
  // Expects a command to print one line, and nothing else.
  void Expect(const std::vector<std::string>& arguments, int exit_code, const std::string& line) {
    const Finished finished = Run(arguments);
    EXPECT_EQ(finished.exit_code, exit_code) << line;
    EXPECT_EQ(finished.output, line + "\n");
    EXPECT_EQ(finished.error, "");
  }
};

TEST_P(JsonCommandsTest, OneEntry) {
  Run({"set", "key"}, std::string("\0\xff", 2));
  Expect({"get", "key", "--json"}, 0, R"({"found":true,"value":"AP8="})");
  Expect({"get", "absent", "--json"}, 1, R"({"found":false})");
  Run({"set", "key", "hello"});
  Expect({"get", "key", "--etag", "--json"}, 0,
         R"({"found":true,"etag":"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"})");
  Expect({"exists", "key", "--json"}, 0, R"({"exists":true})");
  Expect({"exists", "absent", "--json"}, 1, R"({"exists":false})");
  Expect({"ttl", "absent", "--json"}, 1, R"({"exists":false})");
  EXPECT_THAT(Run({"ttl", "key", "--json"}).output,
              MatchesRegex(R"(\{"exists":true,"ttl":(300|29[0-9.]+)\})"
                           "\n"));
  Expect({"delete", "key", "--json"}, 0, R"({"deleted":true})");
  Expect({"delete", "key", "--json"}, 1, R"({"deleted":false})");
}

TEST_P(JsonCommandsTest, WhatIsStoredAndChanged) {
  Expect({"set", "key", "hello", "--json"}, 0, R"({"stored":true})");
  Expect({"set", "key", "hello", "--if_absent", "--json"}, 1, R"({"stored":false})");
  Expect({"set", "key", "hello", "--if_present", "--json"}, 0, R"({"stored":true})");
  Expect({"touch", "key", "5m", "--json"}, 0, R"({"exists":true})");
  Expect({"touch", "absent", "5m", "--json"}, 1, R"({"exists":false})");
  Expect({"incr", "count", "--json", "-3"}, 0, R"({"value":-3})");
  Expect({"clear", "--yes", "--json"}, 0, R"({"cleared":true})");
  Expect({"exists", "key", "--json"}, 1, R"({"exists":false})");
}

TEST_P(JsonCommandsTest, AnErrorIsOnStderrAlone) {
  Run({"set", "key", "no number"});
  const Finished refused = Run({"incr", "key", "--json"});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_EQ(refused.output, "");
  EXPECT_THAT(refused.error, HasSubstr("incr: "));
}

TEST_P(JsonCommandsTest, TheService) {
  EXPECT_THAT(Run({"ping", "--json"}).output,
              MatchesRegex("\\{\"server\":\"" + address_ + "\",\"seconds\":[0-9.e-]+\\}\n"));
  Expect({"health", "--json"}, 0, R"({"status":"SERVING"})");
  Expect({"health", "--service", "none", "--json"}, 1, R"({"status":"SERVICE_UNKNOWN"})");
  Expect({"close", "--yes", "--json"}, 0, R"({"closed":true})");
}

TEST_P(JsonCommandsTest, ManyEntriesAreALineEach) {
  Expect({"mset", "a", "1", "--json"}, 0, R"({"key":"YQ==","stored":true})");
  Expect({"mget", "a", "b", "--json"}, 1,
         R"({"key":"YQ==","found":true,"value":"MQ=="})"
         "\n"
         R"({"key":"Yg==","found":false})");
}

TEST_P(JsonCommandsTest, WhatFailedSaysSoInItsLine) {
  ScriptedServer server([](const std::string& method, int /*attempt*/) -> std::optional<Answer> {
    const absl::Status slow = absl::DeadlineExceededError("too slow");
    if (method == "BatchSet") {
      return Answer{grpc::Status::OK, codec::EncodeBatchBoolResponse({slow, true})};
    }
    return Answer{grpc::Status::OK, codec::EncodeBatchGetResponse({std::nullopt, slow}, 1 << 20)};
  });
  const auto run = [&server](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"client/cachectl", "--server", server.url()});
    return RunToEnd(arguments);
  };
  const Finished set = run({"mset", "a", "1", "b", "2", "--json"});
  EXPECT_EQ(set.exit_code, 4);
  EXPECT_EQ(set.output,
            "{\"key\":\"YQ==\",\"error\":\"DEADLINE_EXCEEDED\",\"message\":\"too slow\"}\n"
            "{\"key\":\"Yg==\",\"stored\":true}\n");
  EXPECT_EQ(set.error, "");
  const Finished get = run({"mget", "a", "b", "--json"});
  EXPECT_EQ(get.exit_code, 4);
  EXPECT_EQ(get.output,
            "{\"key\":\"YQ==\",\"found\":false}\n"
            "{\"key\":\"Yg==\",\"error\":\"DEADLINE_EXCEEDED\",\"message\":\"too slow\"}\n");
}

TEST_P(JsonCommandsTest, AnAnswerThatCannotBeWrittenIsAFailure) {
  for (const char* command :
       {"set key value --json", "exists key", "exists key --json", "incr count",
        "incr count --json", "touch count 1m --json", "ttl count --json", "ttl count", "ping",
        "ping --json", "health", "health --json", "clear --yes --json"}) {
    const Finished full = RunToEnd({"/bin/sh", "-c",
                                    absl::StrCat("exec client/cachectl --server grpc://", address_,
                                                 " ", command, " > /dev/full")});
    EXPECT_EQ(full.exit_code, 6) << command;
    EXPECT_THAT(full.error, HasSubstr(": stdout: ")) << command;
  }
}

TEST_P(JsonCommandsTest, EveryCommandTakesIt) {
  for (const std::string command :
       {"get", "set", "delete", "exists", "ttl", "touch", "incr", "mget", "mset", "import", "clear",
        "ping", "close", "health", "stats", "latency", "top", "doctor", "bench"}) {
    EXPECT_THAT(Run({command, "--help"}).output, HasSubstr("--json")) << command;
  }
  EXPECT_THAT(Run({"token", "new", "--help"}).output, HasSubstr("--json"));
  EXPECT_THAT(Run({"context", "list", "--help"}).output, HasSubstr("--json"));
}

TEST_P(JsonCommandsTest, HelpSaysThatBytesAreBase64) {
  for (const char* command : {"get", "mget", "mset"}) {
    EXPECT_THAT(Run({command, "--help"}).output, HasSubstr("base64")) << command;
  }
}

TEST_P(JsonCommandsTest, KeysOfAnyBytesAreWrittenEscaped) {
  EXPECT_EQ(Run({"set", "--escaped", R"(a\x00b\\\t)", "value"}).exit_code, 0);
  EXPECT_EQ(Run({"get", R"(a\x00b\\\t)", "--escaped"}).output, "value");
  EXPECT_EQ(Run({"get", R"(a\x00b\\\t)"}).exit_code, 1) << "which is another key";
  EXPECT_EQ(Run({"mget", "--escaped", R"(a\x00b\\\t)"}).output, R"(a\x00b\\\t)"
                                                                "\tvalue\n");
  Expect({"mget", R"(a\x00b\\\t)", "--json", "--escaped"}, 0,
         R"({"key":"YQBiXAk=","found":true,"value":"dmFsdWU="})");
  EXPECT_EQ(Run({"mset", "--escaped", R"(\xff)", R"(\n)"}).exit_code, 0);
  EXPECT_EQ(Run({"get", "\xff"}).output, "\n");
}

TEST_P(JsonCommandsTest, WhatIsNotEscapedRightIsRefused) {
  for (const std::string command : {"get", "mget"}) {
    const Finished refused = Run({command, "--escaped", R"(a\q)"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.error, HasSubstr("\\xNN"));
  }
}

TEST(UnescapeLineTest, MakesOfWhatEscapeLineWroteTheSameBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(UnescapeLine(EscapeLine(bytes)), bytes);
  for (const char* wrong : {"\\", "a\\", "\\x", "\\x1", "\\xg0", "\\x0g", "\\0"}) {
    EXPECT_EQ(UnescapeLine(wrong), std::nullopt) << wrong;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, JsonCommandsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
