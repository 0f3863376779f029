// SPDX-License-Identifier: Apache-2.0

// cachectl mget and mset.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using Answer = ScriptedServer::Answer;

class BatchCommandsTest : public CachectlTest {};

// One that answers each BatchGet and BatchSet of three keys: the second fails, the third is a miss.
std::optional<Answer> FailTheSecond(const std::string& method, int /*attempt*/) {
  const absl::Status busy = absl::DeadlineExceededError("the backend was too slow");
  if (method == "BatchGet") {
    return Answer{grpc::Status::OK,
                  codec::EncodeBatchGetResponse({absl::Cord("1"), busy, std::nullopt}, 1 << 20)};
  }
  return Answer{grpc::Status::OK, codec::EncodeBatchBoolResponse({true, busy, true})};
}

TEST_P(BatchCommandsTest, MgetPrintsInTheOrderOfTheKeysWhatMsetStored) {
  const Finished set = Run({"mset", "greeting", "hello", "farewell", "bye", "--ttl", "2h"});
  EXPECT_EQ(set.exit_code, 0);
  EXPECT_EQ(set.output + set.error, "");
  const Finished get = Run({"mget", "farewell", "greeting", "farewell"});
  EXPECT_EQ(get.exit_code, 0);
  EXPECT_EQ(get.output, "farewell\tbye\ngreeting\thello\nfarewell\tbye\n");
  EXPECT_EQ(get.error, "");
  EXPECT_THAT(Run({"ttl", "farewell"}).output, MatchesRegex("1h5[0-9]m.*s\n"));
}

TEST_P(BatchCommandsTest, MgetNamesWhatIsAbsentOnStderr) {
  Run({"mset", "a", "1", "c", "3"});
  const Finished get = Run({"mget", "a", "b", "c"});
  EXPECT_EQ(get.exit_code, 1);
  EXPECT_EQ(get.output, "a\t1\nc\t3\n");
  EXPECT_THAT(get.error, MatchesRegex("cachectl: mget: b: [^\n]*\n"));
}

TEST_P(BatchCommandsTest, MgetKeepsEveryByteInOneLine) {
  const std::string bytes = std::string("tab\tnewline\nreturn\rback\\slash") + '\0' + "\x7f\xff";
  EXPECT_EQ(Run({"set", "odd\tkey"}, bytes).exit_code, 0);
  EXPECT_EQ(Run({"mget", "odd\tkey"}).output, R"(odd\tkey)"
                                              "\t"
                                              R"(tab\tnewline\nreturn\rback\\slash\x00\x7f\xff)"
                                              "\n");
}

TEST_P(BatchCommandsTest, ArgumentsAreTakenAsTheyWereTyped) {
  EXPECT_EQ(Run({"mset", "list", "[1,2]", "[x]", "{}", "get", "-3", "empty", ""}).exit_code, 0);
  EXPECT_EQ(Run({"mget", "list", "[x]", "get", "empty"}).output,
            "list\t[1,2]\n[x]\t{}\nget\t-3\nempty\t\n");
  EXPECT_EQ(Run({"mset", "[]", "[[aa]]"}).exit_code, 0);
  EXPECT_EQ(Run({"mget", "[]"}).output, "[]\t[[aa]]\n");
  EXPECT_EQ(Run({"get", "[]"}).output, "[[aa]]");
  EXPECT_EQ(Run({"mset", "--", "--key", "--value"}).exit_code, 0);
  EXPECT_EQ(Run({"mget", "--", "--key"}).output, "--key\t--value\n");
}

TEST_P(BatchCommandsTest, MsetTakesOneValueFromStdin) {
  const Finished set = Run({"mset", "a", "1", "piped", "-", "c", "3"}, "two\nlines\n");
  EXPECT_EQ(set.exit_code, 0);
  EXPECT_EQ(set.output + set.error, "");
  EXPECT_EQ(Run({"mget", "a", "piped", "c"}).output, "a\t1\npiped\ttwo\\nlines\\n\nc\t3\n");
}

TEST_P(BatchCommandsTest, ASecondValueFromStdinIsExitCodeTwoAndStoresNothing) {
  const Finished set = Run({"mset", "a", "-", "b", "2", "c", "-"}, "once");
  EXPECT_EQ(set.exit_code, 2);
  EXPECT_THAT(set.error, AllOf(HasSubstr("\"c\""), HasSubstr("the value of \"a\" already"),
                               HasSubstr("--escaped")));
  for (const char* key : {"a", "b", "c"}) EXPECT_EQ(Run({"exists", key}).exit_code, 1) << key;
}

TEST_P(BatchCommandsTest, ADashIsOneAsAKeyAndWhereItIsEscaped) {
  EXPECT_EQ(Run({"mset", "-", "value"}, "stdin").exit_code, 0);
  EXPECT_EQ(Run({"mget", "-"}, "key").output, "-\tvalue\n");
  EXPECT_EQ(Run({"mset", "--escaped", "a", "-", "b", "\\x2d"}, "stdin").exit_code, 0);
  EXPECT_EQ(Run({"mget", "a", "b"}).output, "a\t-\nb\t-\n");
}

TEST_P(BatchCommandsTest, MoreThanOneBatchIsSplit) {
  std::vector<std::string> set = {"mset"};
  std::vector<std::string> get = {"mget"};
  std::string lines;
  for (int i = 0; i < 2'001; ++i) {
    set.insert(set.end(), {absl::StrCat("key", i), absl::StrCat("value", i)});
    get.push_back(absl::StrCat("key", i));
    absl::StrAppend(&lines, "key", i, "\tvalue", i, "\n");
  }
  const Finished stored = Run(set);
  EXPECT_EQ(stored.exit_code, 0) << stored.error;
  const Finished all = Run(get);
  EXPECT_EQ(all.exit_code, 0) << all.error;
  EXPECT_EQ(all.output, lines);
}

TEST_P(BatchCommandsTest, ARefusedBatchIsNamedByItsNumbers) {
  std::vector<std::string> get = {"mget"};
  for (int i = 0; i < 1'000; ++i) get.emplace_back("key");
  get.emplace_back("");
  Run({"set", "key", "value"});
  const Finished finished = Run(get);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.output, HasSubstr("key\tvalue\n"));
  EXPECT_THAT(finished.error,
              AllOf(HasSubstr("mget: numbers 1001 to 1001: "), HasSubstr("keys[0]: is empty")));
}

TEST_P(BatchCommandsTest, AKeyThatFailsIsNamedAndDecidesTheExitCode) {
  ScriptedServer server(FailTheSecond);
  const std::vector<std::string> program = {"client/cachectl", "--server", server.url()};
  std::vector<std::string> arguments = program;
  arguments.insert(arguments.end(), {"mget", "a", "b", "c"});
  const Finished get = RunToEnd(arguments);
  EXPECT_EQ(get.exit_code, 4);
  EXPECT_EQ(get.output, "a\t1\n");
  EXPECT_THAT(get.error,
              MatchesRegex("cachectl: mget: b: the backend was too slow\ncachectl: mget: c: .*\n"));

  arguments = program;
  arguments.insert(arguments.end(), {"mset", "a", "1", "b", "2", "c", "3"});
  const Finished set = RunToEnd(arguments);
  EXPECT_EQ(set.exit_code, 4);
  EXPECT_EQ(set.error, "cachectl: mset: b: the backend was too slow\n");
}

TEST_P(BatchCommandsTest, AKeyWithoutAValueIsExitCodeTwoAndStoresNothing) {
  const Finished odd = Run({"mset", "a", "1", "b"});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_THAT(odd.error, AllOf(HasSubstr("\"b\""), HasSubstr("KEY VALUE")));
  EXPECT_EQ(Run({"exists", "a"}).exit_code, 1);
  EXPECT_EQ(Run({"mset"}).exit_code, 2);
  EXPECT_EQ(Run({"mget"}).exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(Over, BatchCommandsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
