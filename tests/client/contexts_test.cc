// SPDX-License-Identifier: Apache-2.0

// The file of contexts, as a text.
#include "client/command_line/contexts.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

SettingSource From(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

TEST(ContextsTest, ReadsNamesServersAndPaths) {
  const auto contexts = ParseContexts(
      "# Ours.\n"
      "\n"
      "[local]\n"
      "server = unix:/run/cache.sock\n"
      "  [production]  \n"
      "\ttls_ca_file=/etc/ca = 1.pem\r\n"
      "server = grpcs://cache.example:50051\n"
      "token_file =  my tokens/production\n",
      "/home/ada/.config/cachestore");
  ASSERT_THAT(contexts, IsOk());
  ASSERT_EQ(contexts->size(), 2u);
  EXPECT_EQ((*contexts)[0].name, "local");
  EXPECT_EQ((*contexts)[0].server, "unix:/run/cache.sock");
  EXPECT_TRUE((*contexts)[0].settings.empty());
  EXPECT_EQ((*contexts)[1].server, "grpcs://cache.example:50051");
  EXPECT_THAT((*contexts)[1].settings,
              UnorderedElementsAre(
                  Pair("tls_ca_file", "/etc/ca = 1.pem"),
                  Pair("token_file", "/home/ada/.config/cachestore/my tokens/production")));
  EXPECT_THAT(ParseContexts("", "/"), IsOk());
}

TEST(ContextsTest, TheFormThatHelpShowsIsOne) {
  const std::string form = kContextsForm;
  EXPECT_THAT(ParseContexts(form.substr(0, form.find("\n\n")), "/"), IsOk());
}

TEST(ContextsTest, WhatIsWrongIsNamedByItsLine) {
  const std::string begin = "[local]\nserver = unix:/run/cache.sock\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"server = unix:/run/cache.sock\n", "line 1: stands before the first context"},
      {"[Local]\n", "line 1: is no name of a context; takes [NAME], with 1 to 63"},
      {"[local\n", "line 1: is no name of a context"},
      {"[]\n", "line 1: is no name of a context"},
      {"[local]\n", "line 1: the context local has no server"},
      {"[local]\n\n[other]\n", "line 1: the context local has no server"},
      {begin + "[local]\n", "line 3: the context local is there already"},
      {begin + "server = unix:/tmp/x\n", "line 3: server is given twice"},
      {begin + "token_file = a\ntoken_file = b\n", "line 4: token_file is given twice"},
      {begin + "token_file =\n", "line 3: token_file has no value"},
      {begin + "token_file\n", "line 3: token_file has no value"},
      {begin + "token = secret\n", "line 3: is no setting of a context; takes server, token_file"},
      {"[local]\nserver = http://cache\n", "line 2: "},
  };
  for (const auto& [text, error] : cases) {
    EXPECT_THAT(ParseContexts(text, "/"),
                StatusIs(absl::StatusCode::kInvalidArgument, StartsWith(error)))
        << text;
  }
}

TEST(ContextsTest, StandBelowTheXdgFolder) {
  EXPECT_THAT(ContextsPath(From({{"XDG_CONFIG_HOME", "/xdg"}, {"HOME", "/home/ada"}})),
              IsOkAndHolds("/xdg/cachestore/contexts"));
  EXPECT_THAT(ContextsPath(From({{"HOME", "/home/ada"}})),
              IsOkAndHolds("/home/ada/.config/cachestore/contexts"));
  EXPECT_THAT(ContextsPath(From({{"XDG_CONFIG_HOME", "relative"}, {"HOME", "/home/ada"}})),
              IsOkAndHolds("/home/ada/.config/cachestore/contexts"));
  EXPECT_THAT(ContextsPath(From({})),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("XDG_CONFIG_HOME")));
}

TEST(ContextsTest, AnUnknownOneIsToldThoseThatThereAre) {
  const std::vector<Context> contexts = {{.name = "one"}, {.name = "two"}};
  EXPECT_THAT(FindContext(contexts, "two"), IsOk());
  EXPECT_THAT(FindContext(contexts, "three"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("three"), HasSubstr("there are: one, two"))));
}

}  // namespace
}  // namespace cachestore
