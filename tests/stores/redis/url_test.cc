// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/url.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Address Parsed(const std::string& url) {
  const absl::StatusOr<Address> address = ParseUrl(url);
  EXPECT_THAT(address, IsOk()) << url;
  return address.ok() ? *address : Address();
}

TEST(UrlTest, HostAloneMeansTheUsualPortAndTheFirstDatabase) {
  const Address address = Parsed("redis://cache.example");
  EXPECT_EQ(address.host, "cache.example");
  EXPECT_EQ(address.port, 6379);
  EXPECT_EQ(address.database, 0u);
  EXPECT_FALSE(address.tls);
  EXPECT_EQ(address.user, "");
  EXPECT_EQ(address.password, "");
  EXPECT_EQ(address.socket_path, "");
}

TEST(UrlTest, ReadsEveryPart) {
  const Address address = Parsed("rediss://me:secret@10.0.0.1:6380/15");
  EXPECT_TRUE(address.tls);
  EXPECT_EQ(address.user, "me");
  EXPECT_EQ(address.password, "secret");
  EXPECT_EQ(address.host, "10.0.0.1");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(address.database, 15u);
}

TEST(UrlTest, PasswordMayStandAlone) {
  const Address address = Parsed("redis://:secret@host");
  EXPECT_EQ(address.user, "");
  EXPECT_EQ(address.password, "secret");
}

TEST(UrlTest, PercentStandsForAnyByte) {
  const Address address = Parsed("redis://m%65:%2f%3A%40%23%3f%25%00:x@host");
  EXPECT_EQ(address.user, "me");
  EXPECT_EQ(address.password, std::string("/:@#?%\0:x", 9));
}

TEST(UrlTest, Ipv6AddressesStandInBrackets) {
  const Address address = Parsed("redis://[::1]:7000/2");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 7000);
  EXPECT_EQ(Parsed("redis://[2001:db8::1]").port, 6379);
}

TEST(UrlTest, UnixSocketsHaveAPathAndPerhapsADatabase) {
  EXPECT_EQ(Parsed("unix:///run/redis.sock").socket_path, "/run/redis.sock");
  const Address address = Parsed("unix://me:secret@/run/a%20b.sock?db=3");
  EXPECT_EQ(address.socket_path, "/run/a b.sock");
  EXPECT_EQ(address.user, "me");
  EXPECT_EQ(address.password, "secret");
  EXPECT_EQ(address.database, 3u);
}

TEST(UrlTest, NameIsTheUrlWithoutCredentials) {
  EXPECT_EQ(Parsed("redis://me:secret@host").name, "redis://host:6379/0");
  EXPECT_EQ(Parsed("rediss://[::1]:7000/2").name, "rediss://[::1]:7000/2");
  EXPECT_EQ(Parsed("unix://:secret@/run/a%20b.sock").name, "unix:///run/a%20b.sock?db=0");
}

TEST(UrlTest, NodeIsWhereItIsAndNothingElse) {
  EXPECT_EQ(Parsed("rediss://me:secret@host/2").node(), "host:6379");
  EXPECT_EQ(Parsed("redis://10.0.0.1:7000").node(), "10.0.0.1:7000");
  EXPECT_EQ(Parsed("redis://[::1]:7000/2").node(), "[::1]:7000");
  EXPECT_EQ(Parsed("unix://:secret@/run/a%20b.sock?db=3").node(), "/run/a b.sock");
}

struct Refused {
  std::string url;
  std::string problem;
};

TEST(UrlTest, SaysWhatIsWrong) {
  const Refused cases[] = {
      {"", "has none of the schemes"},
      {"127.0.0.1:6379", "has none of the schemes"},
      {"http://host", "has none of the schemes"},
      {"REDIS://host", "has none of the schemes"},
      {"redis://", "has no host"},
      {"redis:///0", "has no host"},
      {"redis://:6379", "has no host"},
      {"redis://:secret@", "has no host"},
      {"redis://a b", "has a host that is no name and no address"},
      {"redis://host:", "has no port from 1 to 65535"},
      {"redis://host:0", "has no port from 1 to 65535"},
      {"redis://host:65536", "has no port from 1 to 65535"},
      {"redis://host:+80", "has no port from 1 to 65535"},
      {"redis://::1", "has an IPv6 address without brackets"},
      {"redis://[::1", "has a [ without its ]"},
      {"redis://[::1]x:1", "has a host that is no name and no address"},
      {"redis://[cache]", "has no IPv6 address between the brackets"},
      {std::string("redis://[::1\0]", 14), "has no IPv6 address between the brackets"},
      {"redis://host/x", "has a database that is no number"},
      {"redis://host/-1", "has a database that is no number"},
      {"redis://host/0/1", "has a database that is no number"},
      {"redis://host/4294967296", "has a database that is no number"},
      {"redis://host?db=1", "has a ?"},
      {"redis://host/0#x", "has a #"},
      {"redis://secret@host", "has a user without a password"},
      {"redis://me:@host", "has an empty password"},
      {"redis://me:sec%ret@host", "has a % in its password"},
      {"redis://m%2:secret@host", "has a % in its user"},
      {"redis://me:sec/ret@host", "has an @ behind a / or ?"},
      {"redis://me:sec?ret@host", "has an @ behind a / or ?"},
      {"unix://run/redis.sock", "has a path that does not begin with /"},
      {"unix://", "has no path"},
      {"unix:///", "has no path"},
      {"unix:///run/%zz", "has a % in its path"},
      {"unix:///run/%00", "has a NUL"},
      {"unix:///" + std::string(107, 'x'), "has a path of 108 bytes"},
      {"unix:///run/redis.sock?db=", "has a database that is no number"},
      {"unix:///run/redis.sock?database=1", "has something other than db="},
  };
  for (const Refused& c : cases) {
    EXPECT_THAT(ParseUrl(c.url),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(absl::StrCat("storage_url: ", c.problem)),
                               HasSubstr("redis://127.0.0.1:6379/0"), Not(HasSubstr("sec/")),
                               Not(HasSubstr("secret")), Not(HasSubstr("sec%")))))
        << c.url;
  }
}

// The password stands unencoded, so that its parts are taken for others.
TEST(UrlTest, NeverRepeatsAPasswordThatIsNotEncoded) {
  for (const std::string special : {":", "/", "?", "#", "[", "]", "%", "@", " "}) {
    const std::string url = absl::StrCat("redis://me:top", special, "secret@host:6379/0");
    const absl::StatusOr<Address> address = ParseUrl(url);
    const std::string said = address.ok() ? address->name : std::string(address.status().message());
    EXPECT_THAT(said, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("top")))) << url;
  }
}

}  // namespace
}  // namespace cachestore::redis
