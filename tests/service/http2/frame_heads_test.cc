// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/frame_heads.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/http2/frame.h"

namespace cachestore::http2 {
namespace {

using testing::ElementsAre;

// Where a head ends, and what it says: type and stream.
using Found = std::tuple<size_t, int, int32_t>;

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// All heads of what comes in slices of `size` bytes.
std::vector<Found> Find(const std::string& bytes, size_t size) {
  FrameHeads heads;
  std::vector<Found> found;
  for (size_t begin = 0; begin < bytes.size(); begin += size) {
    const absl::string_view slice = absl::string_view(bytes).substr(begin, size);
    absl::string_view left = slice;
    while (const auto head = heads.Next(left)) {
      found.emplace_back(begin + slice.size() - left.size(), head->type, head->stream);
    }
  }
  return found;
}

TEST(FrameHeadsTest, FindsTheHeadsHoweverTheBytesAreSplit) {
  const std::string bytes = kPreface + Frame(4, 0, 0, "") + Frame(0, 0, 1, std::string(300, 'x')) +
                            Frame(8, 0, 0x01020304, "four") + Frame(3, 0, 5, "part");
  for (size_t size = 1; size <= bytes.size(); ++size) {
    EXPECT_THAT(Find(bytes, size), ElementsAre(Found(33, 4, 0), Found(42, 0, 1),
                                               Found(351, 8, 0x01020304), Found(364, 3, 5)))
        << "in slices of " << size;
  }
}

TEST(FrameHeadsTest, AFrameMayBeAsLargeAsItsLengthCanSay) {
  std::string payload;
  payload.resize(0xffffff, 'x');
  const std::string large = Frame(0, 0, 1, payload);
  EXPECT_THAT(Find(kPreface + large + Frame(6, 0, 0, "12345678"), 1 << 20),
              ElementsAre(Found(33, 0, 1), Found(33 + 0xffffff + 9, 6, 0)));
}

TEST(FrameHeadsTest, TheReservedBitOfAStreamIsIgnored) {
  std::string frame = Frame(0, 0, 7, "");
  frame[5] = '\x80';
  EXPECT_THAT(Find(kPreface + frame, 100), ElementsAre(Found(33, 0, 7)));
}

TEST(FrameHeadsTest, TheParentOfAPriorityBelongsToItsHeadHoweverTheBytesAreSplit) {
  const std::string parent("\x80\x02\x03\x04", 4);
  const std::string bytes = kPreface + Frame(2, 0, 5, parent + "w") + Frame(6, 0, 0, "12345678");
  for (size_t size = 1; size <= bytes.size(); ++size) {
    FrameHeads heads;
    std::vector<int32_t> parents;
    for (size_t begin = 0; begin < bytes.size(); begin += size) {
      absl::string_view left = absl::string_view(bytes).substr(begin, size);
      while (const auto head = heads.Next(left)) parents.push_back(head->parent);
    }
    EXPECT_THAT(parents, ElementsAre(0x00020304, 0)) << "in slices of " << size;
    EXPECT_THAT(Find(bytes, size), ElementsAre(Found(37, 2, 5), Found(47, 6, 0)));
  }
}

TEST(FrameHeadsTest, APriorityWithoutRoomForAParentHasNone) {
  EXPECT_THAT(Find(kPreface + Frame(2, 0, 5, "abc") + Frame(6, 0, 0, "12345678"), 100),
              ElementsAre(Found(33, 2, 5), Found(45, 6, 0)));
}

}  // namespace
}  // namespace cachestore::http2
