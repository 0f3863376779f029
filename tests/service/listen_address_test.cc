// SPDX-License-Identifier: Apache-2.0
#include "service/transports/listen_address.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::HasSubstr;

TEST(ListenAddressTest, TakesNamesAddressesAndSockets) {
  for (const char* address : {"127.0.0.1:50051", "localhost:0", "[::1]:50051", "0.0.0.0:65535",
                              "unix:/nowhere/at/all.sock", "unix:relative.sock"}) {
    EXPECT_THAT(ParseListenAddress(address), IsOk()) << address;
  }
}

TEST(ListenAddressTest, RefusesWhatIsNone) {
  for (const char* address :
       {"", "50051", ":50051", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:http",
        "::1:50051", "[]:0", "unix:", "unix://run/cache.sock", "unix:/run/a%2Fb"}) {
    EXPECT_THAT(ParseListenAddress(address),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AnyOf(HasSubstr("takes host:port"), HasSubstr(" path"))))
        << address;
  }
}

TEST(ListenAddressTest, OfThisMachineAreSocketsAndLoopbacksAlone) {
  for (const char* address : {"unix:/run/cache.sock", "localhost:1", "LOCALHOST:1", "127.0.0.1:1",
                              "127.255.1.2:1", "[::1]:1", "[0:0::1]:1"}) {
    EXPECT_TRUE(IsOfThisMachine(ParseListenAddress(address).value())) << address;
  }
  for (const char* address :
       {"0.0.0.0:1", "[::]:1", "128.0.0.1:1", "10.0.0.1:1", "[::2]:1", "[::ffff:127.0.0.1]:1",
        "localhost.example.com:1", "127.0.0.1.example.com:1", "localhost.:1"}) {
    EXPECT_FALSE(IsOfThisMachine(ParseListenAddress(address).value())) << address;
  }
}

TEST(ListenAddressTest, ASocketPathThatIsTooLongIsRefusedWithTheLimit) {
  EXPECT_THAT(ParseListenAddress("unix:/" + std::string(107, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("108 bytes; give 1 to 107")));
}

TEST(ListenAddressTest, ThePortThatWasChosenTakesThePlaceOfZero) {
  EXPECT_EQ(WithPort("127.0.0.1:0", 4000), "127.0.0.1:4000");
  EXPECT_EQ(WithPort("[::1]:0", 4000), "[::1]:4000");
  EXPECT_EQ(WithPort("unix:/run/cache.sock", 1), "unix:/run/cache.sock");
}

}  // namespace
}  // namespace cachestore
