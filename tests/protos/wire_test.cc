// SPDX-License-Identifier: Apache-2.0
#include "protos/wire.h"

#include <string>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

// Reads a whole message; true if it was one.
bool IsMessage(const std::string& bytes) {
  const absl::Cord message(bytes);
  WireReader reader(message);
  while (reader.Next()) {
  }
  return reader.ok();
}

TEST(WireReaderTest, AnEmptyMessageHasNoFields) {
  const absl::Cord message;
  WireReader reader(message);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, ReadsWhatWasAppended) {
  std::string bytes;
  AppendVarintField(1, 300, bytes);
  AppendBytesField(2, absl::string_view("a\0b", 3), bytes);
  AppendVarintField(536'870'911, ~uint64_t{0}, bytes);
  const absl::Cord message(bytes);

  WireReader reader(message);
  ASSERT_TRUE(reader.Next());
  ASSERT_TRUE(reader.IsVarint(1));
  EXPECT_FALSE(reader.IsBytes(1));
  EXPECT_EQ(reader.Varint(), 300);
  ASSERT_TRUE(reader.Next());
  ASSERT_TRUE(reader.IsBytes(2));
  EXPECT_EQ(reader.Bytes(), absl::string_view("a\0b", 3));
  ASSERT_TRUE(reader.Next());
  ASSERT_TRUE(reader.IsVarint(536'870'911));
  EXPECT_EQ(reader.Varint(), ~uint64_t{0});
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, PassesOverContentThatNobodyTook) {
  std::string bytes;
  AppendBytesField(1, "skipped", bytes);
  AppendBytesField(2, "taken", bytes);
  const absl::Cord message(bytes);

  WireReader reader(message);
  ASSERT_TRUE(reader.Next());
  ASSERT_TRUE(reader.Next());
  ASSERT_TRUE(reader.IsBytes(2));
  EXPECT_EQ(reader.Bytes(), "taken");
}

TEST(WireReaderTest, ReadsAcrossTheChunksOfACord) {
  std::string bytes;
  AppendVarintField(1, 1'000'000, bytes);
  AppendBytesField(2, std::string(5'000, 'x'), bytes);
  absl::Cord message;
  for (const char& byte : bytes) {
    message.Append(absl::MakeCordFromExternal(absl::string_view(&byte, 1), [] {}));
  }

  WireReader reader(message);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Varint(), 1'000'000);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Bytes(), std::string(5'000, 'x'));
}

TEST(WireReaderTest, PassesOverWireTypesOfOtherMessages) {
  EXPECT_TRUE(
      IsMessage(std::string("\x09"
                            "12345678",
                            9)));  // fixed64
  EXPECT_TRUE(
      IsMessage(std::string("\x0d"
                            "1234",
                            5)));                                       // fixed32
  EXPECT_TRUE(IsMessage(std::string("\x0b\x10\x05\x0c", 4)));           // a group
  EXPECT_TRUE(IsMessage(std::string("\x0b\x13\x1a\x01x\x14\x0c", 7)));  // a group in a group
}

TEST(WireReaderTest, RefusesWhatIsBroken) {
  EXPECT_FALSE(IsMessage(std::string("\x08", 1))) << "a tag without content";
  EXPECT_FALSE(
      IsMessage(std::string("\x0a\x05"
                            "abc",
                            5)))
      << "a length beyond the end";
  EXPECT_FALSE(IsMessage(std::string("\x00\x01", 2))) << "field number 0";
  EXPECT_FALSE(
      IsMessage(std::string("\x09"
                            "1234",
                            5)))
      << "half a fixed64";
  EXPECT_FALSE(IsMessage(std::string("\x0f\x01", 2))) << "wire type 7";
  EXPECT_FALSE(IsMessage(std::string("\x0c", 1))) << "the end of a group that was not open";
  EXPECT_FALSE(IsMessage(std::string("\x0b\x14", 2))) << "the end of another group";
  EXPECT_FALSE(IsMessage(std::string("\x0b\x08\x01", 3))) << "a group without end";
  EXPECT_FALSE(IsMessage("\x08" + std::string(10, '\xff') + "\x01")) << "an endless varint";
  EXPECT_FALSE(IsMessage(std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)))
      << "a length of 2^64 - 1";
}

TEST(WireReaderTest, FollowsGroupsAHundredDeepAndNoDeeper) {
  EXPECT_TRUE(IsMessage(std::string(100, '\x0b') + std::string(100, '\x0c')));
  EXPECT_FALSE(IsMessage(std::string(101, '\x0b') + std::string(101, '\x0c')));
}

TEST(WireReaderTest, SharesTheMemoryOfTheMessage) {
  std::string bytes;
  AppendBytesField(1, std::string(100'000, 'x'), bytes);
  const absl::Cord message = absl::MakeCordFromExternal(bytes, [] {});

  WireReader reader(message);
  ASSERT_TRUE(reader.Next());
  const absl::Cord value = reader.Bytes();

  ASSERT_TRUE(value.TryFlat().has_value());
  EXPECT_EQ(value.TryFlat()->data(), bytes.data() + bytes.size() - 100'000);
}

}  // namespace
}  // namespace cachestore
