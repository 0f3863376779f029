// SPDX-License-Identifier: Apache-2.0
#include "stores/etag.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "stores/cache_options.h"

namespace cachestore {
namespace {

std::string HexEtagOf(const absl::Cord& value) { return absl::BytesToHexString(EtagOf(value)); }

TEST(EtagTest, HasTheSizeOfAnEtag) {
  EXPECT_EQ(EtagOf(absl::Cord()).size(), kEtagBytes);
  EXPECT_EQ(EtagOf(absl::Cord(std::string(100'000, 'v'))).size(), kEtagBytes);
}

// FIPS 180-4 and its example files.
TEST(EtagTest, IsTheSha1OfTheValue) {
  EXPECT_EQ(HexEtagOf(absl::Cord("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(HexEtagOf(absl::Cord("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexEtagOf(absl::Cord("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(HexEtagOf(absl::Cord(std::string(1'000'000, 'a'))),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(EtagTest, CountsNuls) {
  EXPECT_NE(EtagOf(absl::Cord(std::string(1, '\0'))), EtagOf(absl::Cord()));
  EXPECT_NE(EtagOf(absl::Cord(std::string("a\0b", 3))), EtagOf(absl::Cord("a")));
}

TEST(EtagTest, IsTheSameHoweverTheValueIsChunked) {
  const std::string bytes(100'000, 'a');
  absl::Cord value;
  // Chunks of 1, 2, 3... bytes: MakeCordFromExternal keeps each apart.
  for (size_t from = 0, chunk = 1; from < bytes.size(); from += chunk++) {
    value.Append(absl::MakeCordFromExternal(absl::string_view(bytes).substr(from, chunk), [] {}));
  }
  ASSERT_FALSE(value.TryFlat().has_value());
  EXPECT_EQ(EtagOf(value), EtagOf(absl::Cord(bytes)));
}

TEST(EtagTest, FollowsTheOrderOfTheChunks) {
  absl::Cord value;
  for (const absl::string_view chunk : {"a", "b", "c"}) {
    value.Append(absl::MakeCordFromExternal(chunk, [] {}));
  }
  EXPECT_EQ(HexEtagOf(value), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace cachestore
