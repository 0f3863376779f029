// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/target.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Target Parsed(const std::string& url) {
  const absl::StatusOr<Target> target = ParseTarget(url);
  EXPECT_THAT(target, IsOk()) << url;
  return target.ok() ? *target : Target();
}

std::vector<std::string> PlacesOf(const Target& target) {
  std::vector<std::string> places;
  for (const HostPort& place : target.places) {
    places.push_back(absl::StrCat(place.host, " ", *place.port));
  }
  return places;
}

TEST(TargetTest, AnyOtherUrlIsThatOfOneServer) {
  const Target target = Parsed("rediss://:secret@host/3");
  EXPECT_EQ(target.kind, Target::Kind::kOneServer);
  EXPECT_EQ(target.server.host, "host");
  EXPECT_EQ(target.server.database, 3u);
  EXPECT_TRUE(target.server.tls);
}

TEST(TargetTest, AClusterHasPlacesToAskFirst) {
  const Target target = Parsed("redis+cluster://me:secret@a,b:7000");
  EXPECT_EQ(target.kind, Target::Kind::kCluster);
  EXPECT_THAT(PlacesOf(target), ElementsAre("a 7000", "b 7000"));
  EXPECT_EQ(target.server.user, "me");
  EXPECT_EQ(target.server.password, "secret");
  EXPECT_FALSE(target.server.tls);
  EXPECT_EQ(target.server.name, "redis+cluster://a,b:7000");
}

TEST(TargetTest, SentinelsKnowAMasterByItsName) {
  const Target target = Parsed("rediss+sentinel://:secret@a:1,b,[::1]:3/my.master-1/2");
  EXPECT_EQ(target.kind, Target::Kind::kSentinel);
  EXPECT_THAT(PlacesOf(target), ElementsAre("a 1", "b 3", "::1 3"));
  EXPECT_EQ(target.master, "my.master-1");
  EXPECT_EQ(target.server.database, 2u);
  EXPECT_EQ(target.server.password, "secret");
  EXPECT_TRUE(target.server.tls);
  EXPECT_EQ(target.server.name, "rediss+sentinel://a:1,b,[::1]:3/my.master-1/2");
}

TEST(TargetTest, SentinelsAreShownAPasswordOfTheirOwn) {
  const Target target =
      Parsed("rediss+sentinel://:secret@a/m/2?sentinel_user=me&sentinel_password=o%26%40%3a");
  EXPECT_EQ(target.server.password, "secret");
  EXPECT_EQ(target.server.name, "rediss+sentinel://a/m/2");
  EXPECT_EQ(target.sentinel.user, "me");
  EXPECT_EQ(target.sentinel.password, "o&@:");
  EXPECT_TRUE(target.sentinel.tls);
  EXPECT_EQ(target.sentinel.database, 0u) << "a sentinel has none";

  const Target without = Parsed("redis+sentinel://me:secret@a/m");
  EXPECT_EQ(without.sentinel.user, "");
  EXPECT_EQ(without.sentinel.password, "");
  EXPECT_FALSE(without.sentinel.tls);
}

TEST(TargetTest, WithoutAPortBehindItAHostHasTheUsualOne) {
  EXPECT_THAT(PlacesOf(Parsed("redis+cluster://a")), ElementsAre("a 6379"));
  EXPECT_THAT(PlacesOf(Parsed("redis+cluster://a:1,b")), ElementsAre("a 1", "b 6379"));
  EXPECT_THAT(PlacesOf(Parsed("redis+sentinel://a,b/m")), ElementsAre("a 26379", "b 26379"));
}

TEST(TargetTest, PasswordsMayHaveAnyByteThatIsEncoded) {
  EXPECT_EQ(Parsed("redis+cluster://:%2f%3A%40%2c@a,b").server.password, "/:@,");
}

TEST(TargetTest, WhatIsWrongIsNamedAndNoPartOfTheUrlRepeated) {
  struct Case {
    std::string url;
    std::string problem;
  };
  std::string many = "redis+cluster://host";
  for (int i = 0; i < 100; ++i) many += ",host";
  for (const Case& c : std::vector<Case>{
           {"redis+other://secret", "none of redis+sentinel and redis+cluster"},
           {"redis+cluster://", "has no host"},
           {"redis+cluster://secret,", "has no host"},
           {"redis+cluster://secret:0", "port"},
           {"redis+cluster://secret/0", "one database only"},
           {"redis+cluster://secret?db=0", "has a ?"},
           {"redis+cluster://secret#", "has a #"},
           {"redis+cluster://a:secret/b@host", "has an @ behind a /"},
           {"redis+cluster://secret@host", "a user without a password"},
           {"redis+cluster://a:%2secret@host", "no two hexadecimal digits"},
           {"redis+sentinel://secret", "no name of a master"},
           {"redis+sentinel://secret/", "no name of a master"},
           {"redis+sentinel://a/secret secret", "no name of a master"},
           {"redis+sentinel://a/m/secret", "a database that is no number"},
           {"redis+sentinel://a:secret?b@host/m", "has a ?"},
           {"redis+sentinel://a/m?db=secret", "other than sentinel_user="},
           {"redis+sentinel://a/m?sentinel_password=a&secret", "an & is %26"},
           {"redis+sentinel://a/m?sentinel_user=secret", "no sentinel_password"},
           {"redis+sentinel://secret/m?sentinel_password=", "or an empty one"},
           {"redis+sentinel://a/m?sentinel_password=secret&sentinel_password=", "once"},
           {"redis+sentinel://a/m?sentinel_password=secret/", "the sentinels'"},
           {"redis+sentinel://a/m?sentinel_password=secret?", "the sentinels'"},
           {"redis+sentinel://a/m?sentinel_password=%2secret", "hexadecimal digits"},
           {many, "too many hosts"}}) {
    EXPECT_THAT(ParseTarget(c.url),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.problem)))
        << c.url;
    EXPECT_THAT(ParseTarget(c.url).status().message(), Not(HasSubstr("secret"))) << c.url;
  }
}

}  // namespace
}  // namespace cachestore::redis
