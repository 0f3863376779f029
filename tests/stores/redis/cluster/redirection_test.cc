// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/redirection.h"

#include "gtest/gtest.h"

namespace cachestore::redis {
namespace {

TEST(RedirectionTest, MovedNamesTheOwnerOfASlot) {
  const std::optional<Redirection> redirection = RedirectionOf("MOVED 3999 10.0.0.1:6381");
  ASSERT_TRUE(redirection.has_value());
  EXPECT_EQ(redirection->type, Redirection::Type::kMoved);
  EXPECT_EQ(redirection->slot, 3999);
  EXPECT_EQ(redirection->place.host, "10.0.0.1");
  EXPECT_EQ(redirection->place.port, 6381);
}

TEST(RedirectionTest, AskNamesTheServerThatTakesASlotOver) {
  const std::optional<Redirection> redirection = RedirectionOf("ASK 0 cache.example:1");
  ASSERT_TRUE(redirection.has_value());
  EXPECT_EQ(redirection->type, Redirection::Type::kAsk);
  EXPECT_EQ(redirection->place.host, "cache.example");
}

TEST(RedirectionTest, ThePortIsBehindTheLastColonOfAnIpv6Address) {
  const std::optional<Redirection> redirection = RedirectionOf("MOVED 1 2001:db8::7:6380");
  ASSERT_TRUE(redirection.has_value());
  EXPECT_EQ(redirection->place.host, "2001:db8::7");
  EXPECT_EQ(redirection->place.port, 6380);
}

TEST(RedirectionTest, AServerWithoutANameIsTheOneThatAnswered) {
  for (const absl::string_view error : {"MOVED 1 :6380", "MOVED 1 ?:6380"}) {
    const std::optional<Redirection> redirection = RedirectionOf(error);
    ASSERT_TRUE(redirection.has_value()) << error;
    EXPECT_EQ(redirection->place.host, "");
  }
}

TEST(RedirectionTest, TryagainIsForLater) {
  const std::optional<Redirection> redirection =
      RedirectionOf("TRYAGAIN Multiple keys request during rehashing of slot");
  ASSERT_TRUE(redirection.has_value());
  EXPECT_EQ(redirection->type, Redirection::Type::kLater);
}

TEST(RedirectionTest, WhatMakesNoSenseIsNone) {
  for (const absl::string_view error :
       {"", "MOVED", "MOVED 1", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED x a:1", "MOVED 1 a",
        "MOVED 1 a:", "MOVED 1 a:0", "MOVED 1 a:65536", "MOVED 1 a\nb:1", "MOVEDLY 1 a:1",
        "ASKING 1 a:1", "CLUSTERDOWN The cluster is down", "ERR MOVED 1 a:1"}) {
    EXPECT_FALSE(RedirectionOf(error).has_value()) << error;
  }
}

}  // namespace
}  // namespace cachestore::redis
