// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/known_etags.h"

#include <string>

#include "gtest/gtest.h"
#include "stores/etag.h"
#include "stores/memory/allocation.h"

namespace cachestore {
namespace {

absl::Cord Value(size_t bytes, char byte) {
  return CompactCopy(absl::Cord(std::string(bytes, byte)));
}

TEST(KnownEtagsTest, GivesTheEtagOfEachValueHoweverOftenItIsAsked) {
  KnownEtags etags;
  for (const size_t bytes : {0, 15, 16, 512, 513, 4'000, 100'000}) {
    const absl::Cord a = Value(bytes, 'a');
    const absl::Cord b = Value(bytes, 'b');
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(etags.Of(a), EtagOf(a)) << bytes;
      EXPECT_EQ(etags.Of(b), EtagOf(b)) << bytes;
    }
  }
}

TEST(KnownEtagsTest, AValueInThePlaceOfAnotherHasItsOwnEtag) {
  KnownEtags etags;
  for (const size_t bytes : {10, 600, 100'000}) {
    absl::Cord value;
    // What was asked for is kept, so that nothing comes to lie where it lay.
    for (const char byte : {'a', 'b', 'c', 'd'}) {
      value = Value(bytes, byte);
      EXPECT_EQ(etags.Of(value), EtagOf(value)) << bytes << " " << byte;
    }
  }
}

TEST(KnownEtagsTest, AValueInManyPiecesHasTheEtagOfItsBytes) {
  KnownEtags etags;
  absl::Cord value;
  for (int i = 0; i < 50; ++i) value.Append(absl::MakeCordFromExternal("a piece of it ", [] {}));
  EXPECT_EQ(etags.Of(value), EtagOf(absl::Cord(std::string(value))));
}

}  // namespace
}  // namespace cachestore
