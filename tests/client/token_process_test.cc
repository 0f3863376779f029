// SPDX-License-Identifier: Apache-2.0

// cachectl token, which needs no service.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "credentials/role.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/access/access_table.h"
#include "service/access/auth_file.h"
#include "service/access/identity.h"
#include "tests/testing/matchers.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

Finished RunCachectl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "client/cachectl");
  return RunToEnd(std::move(arguments), {"APP_CACHE_STORAGE_URL=no such url"});
}

// What a new token is to a server that is given its line.
Identity NewIdentity(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"token", "new"});
  const Finished made = RunCachectl(std::move(arguments));
  EXPECT_EQ(made.exit_code, 0) << made.error;
  const std::vector<std::string> lines = absl::StrSplit(made.output, '\n');
  EXPECT_EQ(lines.size(), 3u) << "two lines, each ended by a newline: " << made.output;
  if (lines.size() != 3) return {};
  const auto table = ParseAuthFile(lines[1]);
  EXPECT_THAT(table, IsOk()) << lines[1];
  if (!table.ok()) return {};
  const auto found = (*table)->FindByAuthorization(absl::StrCat("Bearer ", lines[0]));
  EXPECT_THAT(found, IsOk()) << lines[0];
  return found.ok() ? **found : Identity();
}

TEST(TokenProcessTest, NewPrintsATokenAndTheLineThatAServerKnowsItBy) {
  const Identity identity = NewIdentity({"billing"});
  EXPECT_EQ(identity.name, "billing");
  EXPECT_EQ(identity.role, Role::kRead);
  EXPECT_EQ(identity.namespace_name, "billing");
}

TEST(TokenProcessTest, NewTakesARoleAndANamespace) {
  const Identity identity = NewIdentity({"ops", "--role", "admin", "--namespace", "all"});
  EXPECT_EQ(identity.name, "ops");
  EXPECT_EQ(identity.role, Role::kAdmin);
  EXPECT_EQ(identity.namespace_name, "all");
  EXPECT_EQ(NewIdentity({"ops", "--role=write"}).role, Role::kWrite);
}

TEST(TokenProcessTest, ACommandsNameIsAName) { EXPECT_EQ(NewIdentity({"get"}).name, "get"); }

TEST(TokenProcessTest, NewPrintsAnotherTokenEachTime) {
  EXPECT_NE(RunCachectl({"token", "new", "a"}).output, RunCachectl({"token", "new", "a"}).output);
}

TEST(TokenProcessTest, TheTokenIsInTheFirstLineOfStdoutAndNowhereElse) {
  const Finished made = RunCachectl({"token", "new", "billing"});
  EXPECT_THAT(made.output, MatchesRegex("cs_billing_[^\n]{43}\nbilling read billing token:sha256:"
                                        "[0-9a-f]{32}:[0-9a-f]{64}\n"));
  const std::string secret = made.output.substr(std::string("cs_billing_").size(), 43);
  EXPECT_EQ(made.output.find(secret, made.output.find('\n')), std::string::npos);
  EXPECT_THAT(made.error, AllOf(MatchesRegex("cachectl: token: the first line[^\n]*auth file\n"),
                                Not(HasSubstr(secret))));
}

TEST(TokenProcessTest, InJsonOneObjectHasBoth) {
  const Finished made = RunCachectl({"token", "new", "billing", "--json"});
  EXPECT_THAT(
      made.output,
      MatchesRegex("\\{\"token\":\"cs_billing_[^\n\"]{43}\",\"auth_line\":\"billing read billing "
                   "token:sha256:[0-9a-f]{32}:[0-9a-f]{64}\"\\}\n"));
  EXPECT_EQ(made.error, "");
}

TEST(TokenProcessTest, AnArgumentThatIsNoneIsExitCodeTwo) {
  struct Refused {
    std::vector<std::string> arguments;
    std::string error;
  };
  const std::string name_form = "takes 1 to 63 characters of a-z, 0-9 and -";
  const Refused cases[] = {
      {{"token"}, "token: its command is missing; takes new"},
      {{"token", "old", "a"}, "old"},
      {{"token", "new"}, "name is required"},
      {{"token", "new", "a", "b"}, "b"},
      {{"token", "new", "Billing"}, "name: got \"Billing\"; " + name_form},
      {{"token", "new", "a", "--namespace", "a:b"}, "--namespace: got \"a:b\"; " + name_form},
      {{"token", "new", "a", "--role", "root"}, "--role: got \"root\"; takes read, write or admin"},
  };
  for (const Refused& c : cases) {
    const Finished refused = RunCachectl(c.arguments);
    EXPECT_EQ(refused.exit_code, 2) << testing::PrintToString(c.arguments);
    EXPECT_EQ(refused.output, "") << testing::PrintToString(c.arguments);
    EXPECT_THAT(refused.error, HasSubstr(c.error));
  }
}

TEST(TokenProcessTest, HelpSaysWhatTheLinesAreFor) {
  const Finished help = RunCachectl({"token", "new", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("--role"), HasSubstr("--namespace"),
                                 HasSubstr("Examples:"), HasSubstr("The first line is the token")));
}

// Where the answer cannot be written, nobody has the token.
TEST(TokenProcessTest, AFullDiskIsExitCodeSix) {
  const Finished failed =
      RunToEnd({"/bin/sh", "-c", "exec client/cachectl token new a > /dev/full"});
  EXPECT_EQ(failed.exit_code, 6);
  EXPECT_THAT(failed.error, HasSubstr("cachectl: token: stdout: "));
}

}  // namespace
}  // namespace cachestore
