// SPDX-License-Identifier: Apache-2.0
#include "credentials/hex.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::Optional;

TEST(BytesOfHexTest, TwoDigitsAreAByte) {
  EXPECT_THAT(BytesOfHex(""), Optional(std::string()));
  EXPECT_THAT(BytesOfHex("00ff7F0aAb"), Optional(std::string("\0\xff\x7f\x0a\xab", 5)));
}

TEST(BytesOfHexTest, WhatIsNoHexIsNoBytes) {
  for (const char* text :
       {"0", "000", "g0", "0g", "0x", "-1", " 1", "1 ", "/0", ":0", "@0", "`0"}) {
    EXPECT_EQ(BytesOfHex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cachestore
