// SPDX-License-Identifier: Apache-2.0
#include "credentials/name.h"

#include <string>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(NameTest, HasLettersDigitsAndDashes) {
  for (const std::string name : {"a", "z", "0", "9", "-", "billing", "eu-west-1", "-a-"}) {
    EXPECT_TRUE(IsName(name)) << name;
  }
}

TEST(NameTest, HasNothingElse) {
  for (const std::string name :
       {"A", "a_b", "a:b", "a b", "a.b", "a\n", "\xc3\xa4", "`", "{", "/"}) {
    EXPECT_FALSE(IsName(name)) << name;
  }
  EXPECT_FALSE(IsName(std::string("a\0b", 3)));
}

TEST(NameTest, HasFrom1To63Characters) {
  EXPECT_FALSE(IsName(""));
  EXPECT_TRUE(IsName(std::string(63, 'a')));
  EXPECT_FALSE(IsName(std::string(64, 'a')));
}

}  // namespace
}  // namespace cachestore
