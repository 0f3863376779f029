// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/reply_reader.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/redis/reply.h"
#include "tests/stores/redis/replies.h"
#include "tests/stores/redis/reply_text.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kMaxBytes = 100'000;

// ReplyReader looks at so many bytes at a time, and counts them before it looks.
constexpr size_t kSlack = 16 * 1024;

// The most memory that this process has had so far.
size_t PeakBytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

std::string BulkString(absl::string_view text) {
  return absl::StrCat("$", text.size(), "\r\n", text, "\r\n");
}

class ReplyReaderTest : public ::testing::Test {
 protected:
  absl::Status Read(absl::string_view bytes) {
    return reader_.Read(bytes, [this](const Reply& reply) {
      replies_.push_back(TextOf(reply));
      return true;
    });
  }

  // Sends `first` and then `more`, again and again, until that is refused or 64 MiB. Returns how
  // many bytes were taken.
  size_t BytesUntilRefused(absl::string_view first, absl::string_view more) {
    constexpr size_t kEnough = size_t{64} << 20;
    size_t bytes = first.size();
    absl::Status status = Read(first);
    for (; status.ok() && bytes < kEnough; bytes += more.size()) status = Read(more);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
    return bytes;
  }

  ReplyReader reader_{kMaxBytes};
  std::vector<std::string> replies_;  // That were whole.
};

TEST_F(ReplyReaderTest, ReadsEachTypeOfReply) {
  EXPECT_THAT(Read("+OK\r\n-ERR no\r\n:-42\r\n$3\r\na\r\n\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"),
              IsOk());
  EXPECT_THAT(replies_,
              ElementsAre("+OK", "-ERR no", "-42", R"("a\r\n")", "\"\"", "nil", "nil", "[]"));
}

TEST_F(ReplyReaderTest, ReadsIntegersOf64Bits) {
  EXPECT_THAT(Read(":9223372036854775807\r\n:-9223372036854775808\r\n"), IsOk());
  EXPECT_THAT(replies_, ElementsAre("9223372036854775807", "-9223372036854775808"));
}

TEST_F(ReplyReaderTest, ReadsStringsOfAnyByte) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  EXPECT_THAT(Read(BulkString(every_byte)), IsOk());
  EXPECT_THAT(replies_, ElementsAre(TextOf(StringReply(every_byte))));
}

TEST_F(ReplyReaderTest, ReadsArraysInArrays) {
  EXPECT_THAT(Read("*3\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n*1\r\n:5\r\n*0\r\n"), IsOk());
  EXPECT_THAT(replies_, ElementsAre(R"(["0", ["a", [5]], []])"));
}

TEST_F(ReplyReaderTest, RefusesArraysThatAreTooDeep) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += "*1\r\n";
  EXPECT_THAT(Read(bytes), StatusIs(absl::StatusCode::kInternal));
}

// Newer releases of hiredis read them.
TEST_F(ReplyReaderTest, RefusesWhatIsOfRESP3) {
  for (const absl::string_view bytes :
       {"_\r\n", "#t\r\n", ",1.5\r\n", "(1\r\n", "=9\r\ntxt:hello\r\n", "~0\r\n", "~1\r\n:1\r\n",
        ">0\r\n", "%0\r\n", "%1\r\n+a\r\n:1\r\n", "|1\r\n+a\r\n:1\r\n:1\r\n", "!3\r\nERR\r\n"}) {
    ReplyReader reader(kMaxBytes);
    EXPECT_THAT(reader.Read(bytes, [](const Reply&) { return true; }),
                StatusIs(absl::StatusCode::kInternal))
        << bytes;
  }
}

TEST_F(ReplyReaderTest, ReplyIsTheSameWhereverItsBytesAreSplit) {
  const std::string bytes = "*3\r\n$2\r\n\r\n\r\n*2\r\n:-1\r\n$-1\r\n-ERR no\r\n+OK\r\n";
  const std::vector<std::string> expected = {R"(["\r\n", [-1, nil], -ERR no])", "+OK"};
  for (size_t first = 0; first <= bytes.size(); ++first) {
    for (size_t second = first; second <= bytes.size(); ++second) {
      ReplyReader reader(kMaxBytes);
      std::vector<std::string> replies;
      const auto take = [&](const Reply& reply) {
        replies.push_back(TextOf(reply));
        return true;
      };
      const absl::string_view view = bytes;
      ASSERT_THAT(reader.Read(view.substr(0, first), take), IsOk());
      ASSERT_THAT(reader.Read(view.substr(first, second - first), take), IsOk());
      ASSERT_THAT(reader.Read(view.substr(second), take), IsOk());
      ASSERT_THAT(replies, ElementsAreArray(expected)) << "split at " << first << ", " << second;
    }
  }
}

TEST_F(ReplyReaderTest, ReplyMayComeByteByByte) {
  const std::string text(10'000, '\n');
  for (const char byte : absl::StrCat("*2\r\n", BulkString(text), ":5\r\n")) {
    EXPECT_THAT(replies_, IsEmpty());
    ASSERT_THAT(Read(absl::string_view(&byte, 1)), IsOk());
  }
  EXPECT_THAT(replies_, ElementsAre(HasSubstr(", 5]")));
}

TEST_F(ReplyReaderTest, StopsWhenTheTakerHasEnough) {
  std::vector<std::string> taken;
  EXPECT_THAT(reader_.Read("+1\r\n+2\r\n+3\r\nno protocol",
                           [&](const Reply& reply) {
                             taken.push_back(TextOf(reply));
                             return taken.size() < 2;
                           }),
              IsOk());
  EXPECT_THAT(taken, ElementsAre("+1", "+2"));
}

TEST_F(ReplyReaderTest, ReplyOfTheGreatestLengthPasses) {
  const std::string around = "$99989\r\n\r\n";
  const std::string bytes = BulkString(std::string(kMaxBytes - around.size() - 1, 'a'));
  ASSERT_EQ(bytes.size(), kMaxBytes - 1);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Read(bytes), IsOk());
  for (const char byte : bytes) ASSERT_THAT(Read(absl::string_view(&byte, 1)), IsOk());
  EXPECT_EQ(replies_.size(), 6);
}

TEST_F(ReplyReaderTest, WhatFollowsIsNotCountedAsPartOfAReply) {
  const std::string longest = BulkString(std::string(kMaxBytes - 20, 'a'));
  std::string bytes = longest;
  for (int i = 0; i < 10'000; ++i) bytes += "+OK\r\n";
  EXPECT_THAT(Read(bytes + longest), IsOk());
  EXPECT_EQ(replies_.size(), 10'002);
}

TEST_F(ReplyReaderTest, TooLongAReplyIsRefusedOnceTooMuchHasCome) {
  EXPECT_LE(BytesUntilRefused("$1000000\r\n", std::string(1'000, 'a')), kMaxBytes + kSlack);
  EXPECT_THAT(Read("a"), StatusIs(absl::StatusCode::kInternal, HasSubstr("100000 bytes")));
  EXPECT_THAT(replies_, IsEmpty());
}

TEST_F(ReplyReaderTest, TooLongAnArrayIsRefusedOnceTooMuchHasCome) {
  EXPECT_LE(BytesUntilRefused("*60000\r\n", BulkString(std::string(1'000, 'a'))),
            kMaxBytes + kSlack);
}

TEST_F(ReplyReaderTest, MemoryIsForWhatHasComeNotForWhatIsAnnounced) {
  const size_t before = PeakBytes();
  for (const absl::string_view length : {"1073741824", "4294967296", "9223372036854775807"}) {
    ReplyReader reader(size_t{1} << 40);
    const auto take = [](const Reply&) { return true; };
    ASSERT_THAT(reader.Read(absl::StrCat("$", length, "\r\n"), take), IsOk()) << length;
    ASSERT_THAT(reader.Read("abc", take), IsOk()) << length;
  }
  EXPECT_LT(PeakBytes() - before, size_t{16} << 20);
}

TEST_F(ReplyReaderTest, GreatArraysAreRefusedByTheirHeaders) {
  const size_t before = PeakBytes();
  const std::string nested = "*65000\r\n*65000\r\n";
  std::string side_by_side = "*1000\r\n";
  for (int i = 0; i < 1'000; ++i) side_by_side += "*65000\r\n";
  for (const std::string& bytes :
       {std::string("*2147483647\r\n"), std::string("*65537\r\n"), std::string("*4294967296\r\n"),
        std::string("*9223372036854775807\r\n"), nested, side_by_side}) {
    ReplyReader reader(kMaxBytes);
    EXPECT_THAT(reader.Read(bytes, [](const Reply&) { return true; }),
                StatusIs(absl::StatusCode::kInternal))
        << bytes.substr(0, 30);
  }
  EXPECT_LT(PeakBytes() - before, size_t{64} << 20);
}

TEST_F(ReplyReaderTest, ArraysAreCountedForEachReplyAnew) {
  std::string bytes = "*40000\r\n";
  for (int i = 0; i < 40'000; ++i) bytes += "+\r\n";
  ReplyReader reader(bytes.size());
  int replies = 0;
  for (int i = 0; i < 4; ++i) {
    EXPECT_THAT(reader.Read(bytes, [&](const Reply&) { return ++replies > 0; }), IsOk());
  }
  EXPECT_EQ(replies, 4);
}

// The reader looks for the end of a line from its beginning with all that comes: a line of 64 MiB
// would keep a processor busy for minutes.
TEST_F(ReplyReaderTest, LineWithoutAnEndIsRefusedEarly) {
  for (const absl::string_view type : {"+", "-", ":", "$", "*"}) {
    ReplyReader reader(size_t{64} << 20);
    const std::string more(1'000, '1');
    size_t bytes = 0;
    absl::Status status = reader.Read(type, [](const Reply&) { return true; });
    for (; status.ok() && bytes < 1'000'000; bytes += more.size()) {
      status = reader.Read(more, [](const Reply&) { return true; });
    }
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal)) << type;
    EXPECT_LE(bytes, 64 * 1024 + kSlack) << type;
  }
}

TEST_F(ReplyReaderTest, LongErrorsPass) {
  const std::string error = absl::StrCat("-ERR ", std::string(60'000, 'a'));
  const std::string bytes = absl::StrCat(error, "\r\n");
  constexpr size_t kSlice = 1'000;
  for (size_t i = 0; i < bytes.size(); i += kSlice) {
    ASSERT_THAT(Read(absl::string_view(bytes).substr(i, kSlice)), IsOk());
  }
  EXPECT_THAT(replies_, ElementsAre(error));
}

TEST_F(ReplyReaderTest, WhatIsNoProtocolIsInternalAndIsNotRepeated) {
  for (const std::string& bytes :
       {std::string("secret\r\n"), std::string("HTTP/1.1 400 secret\r\n"),
        std::string("\0secret", 7), std::string("$secret\r\n"), std::string(":secret\r\n"),
        std::string("*secret\r\n"), std::string("$-2\r\nsecret"), std::string("*-2\r\nsecret"),
        std::string("\r\nsecret"), std::string("$99999999999999999999\r\nsecret"),
        std::string("*1\r\nsecret\r\n"), std::string("%1\r\n+secret\r\n+secret\r\n"),
        std::string("_secret\r\n")}) {
    ReplyReader reader(kMaxBytes);
    const absl::Status status = reader.Read(bytes, [](const Reply&) { return true; });
    EXPECT_THAT(status,
                StatusIs(absl::StatusCode::kInternal, "what came in is not the protocol of Redis"))
        << bytes;
  }
}

TEST_F(ReplyReaderTest, RepliesBeforeTheErrorAreGiven) {
  EXPECT_THAT(Read("+OK\r\n:5\r\nsecret"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(replies_, ElementsAre("+OK", "5"));
}

// Nothing is promised of what it gives then, but that it stays within its own memory.
TEST_F(ReplyReaderTest, MayBeReadFromAfterAnError) {
  EXPECT_THAT(Read("*2\r\n+OK\r\nsecret"), StatusIs(absl::StatusCode::kInternal));
  for (int i = 0; i < 100; ++i) Read("*2\r\n+OK\r\n+OK\r\n").IgnoreError();
}

}  // namespace
}  // namespace cachestore::redis
