// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/output_buffer.h"

#include <array>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace cachestore::http2 {
namespace {

// Takes all that is there, `at_a_time`, as a socket would that has little room.
std::string Drain(OutputBuffer& buffer, size_t at_a_time) {
  std::string bytes;
  while (!buffer.empty()) {
    std::array<iovec, 3> pieces;
    const size_t count = buffer.Peek(absl::MakeSpan(pieces));
    EXPECT_GT(count, 0);
    std::string peeked;
    for (size_t i = 0; i < count; ++i) {
      peeked.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    }
    peeked.resize(std::min(peeked.size(), at_a_time));
    buffer.Consume(peeked.size());
    bytes += peeked;
  }
  return bytes;
}

TEST(OutputBufferTest, GivesBackWhatItGotInOrderHoweverItIsTaken) {
  const std::string large(10'000, 'l');
  for (const size_t at_a_time : {1, 7, 100, 4096, 1'000'000}) {
    OutputBuffer buffer;
    std::string expected;
    for (int i = 0; i < 3; ++i) {
      buffer.Append("head");
      buffer.Append(absl::Cord("small"));
      buffer.Append(absl::MakeCordFromExternal(large, [] {}));
      buffer.Append("tail");
      expected += "headsmall" + large + "tail";
    }
    EXPECT_EQ(buffer.size(), expected.size());
    EXPECT_EQ(Drain(buffer, at_a_time), expected);
    EXPECT_EQ(buffer.size(), 0);
  }
}

TEST(OutputBufferTest, WhatIsSmallLeavesInOnePiece) {
  OutputBuffer buffer;
  for (int i = 0; i < 1000; ++i) {
    buffer.Append("frame");
    buffer.Append(absl::Cord("value"));
  }
  std::array<iovec, 3> pieces;
  EXPECT_EQ(buffer.Peek(absl::MakeSpan(pieces)), 1);
}

TEST(OutputBufferTest, WhatIsLargeIsSharedUntilItHasLeft) {
  std::string large(OutputBuffer::kMinSharedBytes, 'l');
  bool is_released = false;
  OutputBuffer buffer;
  buffer.Append(absl::MakeCordFromExternal(large, [&] { is_released = true; }));
  std::array<iovec, 1> pieces;
  ASSERT_EQ(buffer.Peek(absl::MakeSpan(pieces)), 1);
  EXPECT_EQ(pieces[0].iov_base, large.data());
  buffer.Consume(large.size() - 1);
  EXPECT_FALSE(is_released);
  buffer.Consume(1);
  EXPECT_TRUE(is_released);
}

TEST(OutputBufferTest, CanBeAddedToWhileItIsTakenFrom) {
  OutputBuffer buffer;
  buffer.Append("abc");
  buffer.Consume(2);
  buffer.Append("def");
  EXPECT_EQ(Drain(buffer, 100), "cdef");
}

}  // namespace
}  // namespace cachestore::http2
