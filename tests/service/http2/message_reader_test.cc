// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/message_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore::http2 {
namespace {

using testing::HasSubstr;

constexpr size_t kMaxBytes = 100'000;

std::string Framed(const std::string& message) {
  const auto prefix = MessagePrefix(message.size());
  return std::string(prefix.data(), prefix.size()) + message;
}

// What a reader makes of bytes that come `at_a_time`.
std::vector<std::string> ReadAll(absl::string_view bytes, size_t at_a_time) {
  MessageReader reader(kMaxBytes);
  std::vector<std::string> messages;
  while (!bytes.empty()) {
    absl::string_view part = bytes.substr(0, at_a_time);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      const auto message = reader.Read(part);
      EXPECT_THAT(message, IsOk());
      if (message->has_value()) messages.emplace_back(**message);
    }
  }
  EXPECT_FALSE(reader.is_inside());
  return messages;
}

TEST(MessageReaderTest, PutsMessagesTogetherHoweverTheyAreSplit) {
  const std::vector<std::string> messages = {
      "", "a", std::string("\0b\xff", 3), std::string(300, 'c'), "", std::string(9000, 'd')};
  std::string bytes;
  for (const std::string& message : messages) bytes += Framed(message);
  for (const size_t at_a_time : {1, 2, 3, 4, 5, 6, 7, 299, 4096, 100'000}) {
    EXPECT_EQ(ReadAll(bytes, at_a_time), messages) << at_a_time << " bytes at a time";
  }
}

TEST(MessageReaderTest, AMessageOfExactlyTheLimitIsReadAndALongerOneIsRefused) {
  EXPECT_THAT(ReadAll(Framed(std::string(kMaxBytes, 'v')), 1000), testing::SizeIs(1));
  MessageReader reader(kMaxBytes);
  const std::string framed = Framed(std::string(kMaxBytes + 1, 'v'));
  absl::string_view prefix = absl::string_view(framed).substr(0, kMessagePrefixBytes);
  EXPECT_THAT(reader.Read(prefix),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("is 100001 bytes; the limit is 100000 bytes")))
      << "its length is enough to tell";
}

TEST(MessageReaderTest, AMessageThatSaysItIsCompressedIsRefused) {
  MessageReader reader(kMaxBytes);
  absl::string_view bytes("\1\0\0\0\1x", 6);
  EXPECT_THAT(reader.Read(bytes), StatusIs(absl::StatusCode::kInternal, HasSubstr("compressed")));
}

TEST(MessageReaderTest, KnowsWhatIsStillToCome) {
  MessageReader reader(kMaxBytes);
  EXPECT_FALSE(reader.is_inside());
  const std::string framed = Framed(std::string(1000, 'v'));
  absl::string_view bytes(framed.data(), 3);
  ASSERT_THAT(reader.Read(bytes), IsOk());
  EXPECT_TRUE(reader.is_inside());
  EXPECT_EQ(reader.missing_bytes(), 0) << "nobody knows yet";
  bytes = {framed.data() + 3, 102};
  ASSERT_THAT(reader.Read(bytes), IsOk());
  EXPECT_EQ(reader.missing_bytes(), 900);
  EXPECT_EQ(reader.whole_bytes(), 1005);
}

TEST(MessageReaderTest, TakesNoMoreThanOneMessageAtATime) {
  MessageReader reader(kMaxBytes);
  const std::string framed = Framed("first") + Framed("second");
  absl::string_view bytes = framed;
  const auto first = reader.Read(bytes);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(**first, "first");
  EXPECT_EQ(bytes, Framed("second"));
}

TEST(MessageReaderTest, ALargeMessageLiesInOnePiece) {
  MessageReader reader(kMaxBytes);
  const std::string framed = Framed(std::string(50'000, 'v'));
  std::optional<absl::Cord> message;
  for (size_t i = 0; i < framed.size(); i += 1000) {
    absl::string_view part = absl::string_view(framed).substr(i, 1000);
    auto read = reader.Read(part);
    ASSERT_THAT(read, IsOk());
    message = *std::move(read);
  }
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->TryFlat().has_value());
}

}  // namespace
}  // namespace cachestore::http2
