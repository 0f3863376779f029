// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/key_space.h"

#include <string>

#include "gtest/gtest.h"

namespace cachestore::redis {
namespace {

TEST(KeySpaceTest, KeysStandBehindThePrefix) {
  const KeySpace keys("cache:", 10);
  EXPECT_EQ(keys.KeyOf("greeting"), "cache:greeting");
  EXPECT_EQ(keys.KeyOf(std::string("a\0\r\n", 4)), std::string("cache:a\0\r\n", 10));
  EXPECT_EQ(keys.pattern(), "cache:*");
  EXPECT_FALSE(keys.is_everything());
}

TEST(KeySpaceTest, PatternTakesThePrefixAsItStands) {
  EXPECT_EQ(KeySpace("a*:", 10).pattern(), R"(a\*:*)");
  EXPECT_EQ(KeySpace("[x]?", 10).pattern(), R"(\[x\]\?*)");
  EXPECT_EQ(KeySpace(R"(back\slash)", 10).pattern(), R"(back\\slash*)");
  EXPECT_EQ(KeySpace("^-", 10).pattern(), "^-*") << "special between brackets only";
  EXPECT_EQ(KeySpace(std::string("\0\xff", 2), 10).pattern(), std::string("\0\xff*", 3));
}

TEST(KeySpaceTest, HoldsWhatBeginsWithThePrefix) {
  const KeySpace keys("cache:", 10);
  EXPECT_TRUE(keys.Holds("cache:key"));
  EXPECT_TRUE(keys.Holds("cache:"));
  EXPECT_FALSE(keys.Holds("cache"));
  EXPECT_FALSE(keys.Holds("Cache:key"));
  EXPECT_FALSE(keys.Holds(""));
}

TEST(KeySpaceTest, ProbeKeyIsTooLongForACallersKey) {
  EXPECT_EQ(KeySpace("cache:", 3).ProbeKey(), "cache:....");
}

TEST(KeySpaceTest, WithoutAPrefixEveryKeyIsOurs) {
  const KeySpace keys("", 10);
  EXPECT_TRUE(keys.is_everything());
  EXPECT_EQ(keys.KeyOf("key"), "key");
  EXPECT_EQ(keys.pattern(), "*");
}

}  // namespace
}  // namespace cachestore::redis
