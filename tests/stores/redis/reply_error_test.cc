// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/reply_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReplyErrorTest, ErrorsBecomeTheContractsCodes) {
  struct Case {
    std::string error;
    absl::StatusCode code;
  };
  const Case cases[] = {
      {"WRONGTYPE Operation against a key holding the wrong kind of value",
       absl::StatusCode::kFailedPrecondition},
      {"OOM command not allowed when used memory > 'maxmemory'.",
       absl::StatusCode::kResourceExhausted},
      {"NOAUTH Authentication required.", absl::StatusCode::kUnavailable},
      {"ERR DB index is out of range", absl::StatusCode::kUnavailable},
      {"WRONGPASS invalid username-password pair", absl::StatusCode::kUnavailable},
      {"NOPERM this user has no permissions", absl::StatusCode::kUnavailable},
      {"ERR The user executing the script can't run this command or subcommand",
       absl::StatusCode::kUnavailable},
      {"ERR invalid password", absl::StatusCode::kUnavailable},
      {"ERR max number of clients reached", absl::StatusCode::kUnavailable},
      {"LOADING Redis is loading the dataset in memory", absl::StatusCode::kUnavailable},
      {"READONLY You can't write against a read only replica.", absl::StatusCode::kUnavailable},
      {"MASTERDOWN Link with MASTER is down", absl::StatusCode::kUnavailable},
      {"CLUSTERDOWN The cluster is down", absl::StatusCode::kUnavailable},
      {"TRYAGAIN Multiple keys request during rehashing of slot", absl::StatusCode::kUnavailable},
      {"MISCONF Errors writing to the AOF file", absl::StatusCode::kUnavailable},
      {"ERR syntax error", absl::StatusCode::kInternal},
      {"OOMPH", absl::StatusCode::kInternal},
      {"", absl::StatusCode::kInternal},
  };
  for (const Case& c : cases) EXPECT_THAT(StatusOfError(c.error), StatusIs(c.code)) << c.error;
}

TEST(ReplyErrorTest, WhatAnOlderVersionPutsBeforeAnErrorInAScriptIsNoPartOfIt) {
  EXPECT_THAT(StatusOfError("@user_script: 9: -OOM command not allowed when used memory > x"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(StatusOfError("@user_script: 10: -READONLY You can't write against a replica"),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StatusOfError("@user_script: 1: WRONGTYPE Operation against a key"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(StatusOfError("@user_script: "), StatusIs(absl::StatusCode::kInternal));
}

TEST(ReplyErrorTest, TellsWhetherTheCredentialsAreRefused) {
  for (const std::string error :
       {"NOAUTH x", "WRONGPASS x", "NOPERM x", "DENIED x", "ERR invalid password",
        "ERR The user executing the script can't run this command or subcommand",
        "ERR The user executing the script can't access at least one of the keys mentioned",
        "ERR ACL failure in script: User default has no permissions to run the 'get' command",
        "@user_script: 3: The user executing the script can't run this command or subcommand",
        "@user_script: 12: -NOPERM this user has no permissions",
        "ERR AUTH <password> called without any password configured"}) {
    EXPECT_TRUE(IsRefusedCredential(error)) << error;
  }
  for (const std::string error : {"LOADING x", "ERR syntax error", "NOAUTHORITY", ""}) {
    EXPECT_FALSE(IsRefusedCredential(error)) << error;
  }
}

TEST(ReplyErrorTest, TellsWhetherAScriptIsNotKnown) {
  EXPECT_TRUE(IsUnknownScript("NOSCRIPT No matching script. Please use EVAL."));
  for (const std::string error : {"NOSCRIPTS x", "ERR NOSCRIPT", "noscript", ""}) {
    EXPECT_FALSE(IsUnknownScript(error)) << error;
  }
}

TEST(ReplyErrorTest, MessagesRepeatTheCodeAndNothingElse) {
  for (const std::string code : {"ERR", "WRONGTYPE", "OOM", "NOAUTH", "LOADING", "WHATEVER"}) {
    const std::string message(StatusOfError(absl::StrCat(code, " with args 'secret'")).message());
    EXPECT_THAT(message, HasSubstr(code));
    EXPECT_THAT(message, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(std::string(StatusOfError("secret").message()), Not(HasSubstr("secret")));
  EXPECT_THAT(std::string(StatusOfError(std::string(33, 'S')).message()), Not(HasSubstr("SSSS")));
}

}  // namespace
}  // namespace cachestore::redis
