// SPDX-License-Identifier: Apache-2.0
#include "client/service_url.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Accepted {
  std::string url;
  std::string target;
  std::string name;
};

TEST(ServiceUrlTest, BecomesWhatGrpcAndPeopleRead) {
  const Accepted cases[] = {
      {"grpc://127.0.0.1:50051", "dns:///127.0.0.1:50051", "127.0.0.1:50051"},
      {"grpc://cache.example:1", "dns:///cache.example:1", "cache.example:1"},
      {"grpc://cache_1-a:65535/", "dns:///cache_1-a:65535", "cache_1-a:65535"},
      {"grpc://[::1]:50051", "dns:///[::1]:50051", "[::1]:50051"},
      {"grpcs://cache.example:1", "dns:///cache.example:1", "cache.example:1"},
      {"grpcs://[::1]:50051/", "dns:///[::1]:50051", "[::1]:50051"},
      {"grpc+unix:///run/cache.sock", "unix:/run/cache.sock", "unix:/run/cache.sock"},
      {"unix:/run/cache.sock", "unix:/run/cache.sock", "unix:/run/cache.sock"},
      {"unix:///run/cache.sock", "unix:/run/cache.sock", "unix:/run/cache.sock"},
      {"unix:cache.sock", "unix:cache.sock", "unix:cache.sock"},
      {"unix:/run/a b%#?.sock", "unix:/run/a%20b%25%23%3F.sock", "unix:/run/a b%#?.sock"},
  };
  for (const Accepted& c : cases) {
    const absl::StatusOr<ServiceAddress> address = ParseServiceUrl(c.url);
    ASSERT_THAT(address, IsOk()) << c.url;
    EXPECT_EQ(address->target, c.target) << c.url;
    EXPECT_EQ(address->name, c.name) << c.url;
  }
}

TEST(ServiceUrlTest, GrpcsAloneIsTls) {
  EXPECT_TRUE(ParseServiceUrl("grpcs://127.0.0.1:1")->is_tls);
  for (const char* url : {"grpc://127.0.0.1:1", "unix:/run/cache.sock", "grpc+unix:///a.sock"}) {
    EXPECT_FALSE(ParseServiceUrl(url)->is_tls) << url;
  }
}

TEST(ServiceUrlTest, KnowsThisMachine) {
  for (const char* url : {"grpc://localhost:1", "grpc://LocalHost:1", "grpc://127.0.0.1:1",
                          "grpc://127.255.0.9:1", "grpc://[::1]:1", "grpc://[0:0:0:0:0:0:0:1]:1",
                          "grpcs://localhost:1", "unix:cache.sock", "grpc+unix:///a.sock"}) {
    EXPECT_TRUE(ParseServiceUrl(url)->is_this_machine) << url;
  }
}

TEST(ServiceUrlTest, TakesWhatMayBeAnotherMachineForOne) {
  for (const char* url :
       {"grpc://cache.example:1", "grpc://localhost.example:1", "grpc://127.0.0.1.example:1",
        "grpc://127.1:1", "grpc://128.0.0.1:1", "grpc://10.0.0.1:1", "grpc://0.0.0.0:1",
        "grpc://[::]:1", "grpc://[fe80::1]:1", "grpc://[::ffff:127.0.0.1]:1"}) {
    EXPECT_FALSE(ParseServiceUrl(url)->is_this_machine) << url;
  }
}

struct Refused {
  std::string url;
  std::string problem;
};

TEST(ServiceUrlTest, SaysWhatIsWrong) {
  const Refused cases[] = {
      {"", "is empty"},
      {"127.0.0.1:50051", "has no scheme"},
      {"http://127.0.0.1:50051", "has the scheme http"},
      {"redis://127.0.0.1:6379/0", "has the scheme redis"},
      {"grpc://", "has no host"},
      {"grpcs://", "has no host"},
      {"grpcs://a", "has no port"},
      {"grpcs://a:1/path", "has more than a host and a port"},
      {"grpc://:50051", "has no host"},
      {"grpc://127.0.0.1", "has no port"},
      {"grpc://127.0.0.1:", "has no port from 1 to 65535"},
      {"grpc://127.0.0.1:0", "has no port from 1 to 65535"},
      {"grpc://127.0.0.1:65536", "has no port from 1 to 65535"},
      {"grpc://127.0.0.1:+80", "has no port from 1 to 65535"},
      {"grpc://::1:50051", "has an IPv6 address without brackets"},
      {"grpc://[::1:50051", "has a [ without its ]"},
      {"grpc://[::1]", "has no port"},
      {"grpc://[::1]x:1", "has a host that is no name"},
      {"grpc://[cache]:1", "has no IPv6 address between the brackets"},
      {"grpc://a b:1", "has a host that is no name"},
      {"grpc://a:1/path", "has more than a host and a port"},
      {"grpc://a:1?x=y", "has more than a host and a port"},
      {"unix:", "has no path"},
      {"grpc+unix://run/cache.sock", "does not begin with /"},
      {"unix:/" + std::string(107, 'x'), "has a path of 108 bytes"},
      {std::string("unix:/a\0b", 9), "has a NUL"},
  };
  for (const Refused& c : cases) {
    EXPECT_THAT(ParseServiceUrl(c.url),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(c.problem), HasSubstr("grpc://127.0.0.1:50051"),
                               HasSubstr("grpcs://cache.example:50051"))))
        << c.url;
  }
}

TEST(ServiceUrlTest, NeverRepeatsAPassword) {
  for (const std::string url : {"grpc://me:secret@a:1", "redis://:secret@a:1", "secret@a"}) {
    EXPECT_THAT(ParseServiceUrl(url),
                StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace cachestore
