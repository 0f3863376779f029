// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/link.h"

#include <event2/event.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "stores/redis/wakeup.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A stream with what a test gives it to read, and room for so many bytes.
class FakeStream final : public Stream {
 public:
  struct Script {
    std::deque<absl::StatusOr<std::string>> reads;
    size_t room = 0;
    std::string written = {};
    bool keeps_written = true;
  };

  explicit FakeStream(Script& script) : script_(script) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t /*size*/) override {
    if (script_.reads.empty()) return 0;
    const absl::StatusOr<std::string> next = std::move(script_.reads.front());
    script_.reads.pop_front();
    if (!next.ok()) return next.status();
    next->copy(buffer, next->size());
    return next->size();
  }

  absl::StatusOr<size_t> Write(absl::string_view bytes) override {
    const size_t size = std::min(bytes.size(), script_.room);
    script_.room -= size;
    if (script_.keeps_written) script_.written += std::string(bytes.substr(0, size));
    return size;
  }

  int fd() const override { return descriptor_->fd(); }

 private:
  Script& script_;
  // Something that an event loop can wait for.
  const std::shared_ptr<const Wakeup> descriptor_ = Wakeup::Create().value();
};

class LinkTest : public ::testing::Test {
 protected:
  absl::Status Read() {
    return link_.Read([this] { ++heard_; },
                      [this](Reply reply) {
                        replies_.push_back(std::move(reply.text));
                        return replies_.size() < most_replies_;
                      });
  }

  FakeStream::Script script_;
  const std::unique_ptr<event_base, void (*)(event_base*)> base_{event_base_new(), event_base_free};
  Link link_{base_.get(), std::make_unique<FakeStream>(script_), 1 << 20, [] {}, [] {}};
  int heard_ = 0;
  size_t most_replies_ = 1'000'000;
  std::vector<std::string> replies_;
};

TEST_F(LinkTest, ReadsUntilThereIsNothing) {
  script_.reads = {"+a\r\n+b", "\r\n", "+c\r\n"};
  EXPECT_THAT(Read(), IsOk());
  EXPECT_THAT(replies_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(heard_, 1);
  EXPECT_FALSE(link_.has_more());
}

TEST_F(LinkTest, NothingToReadIsNothingHeard) {
  EXPECT_THAT(Read(), IsOk());
  EXPECT_EQ(heard_, 0);
}

TEST_F(LinkTest, StopsWhereTheTakerStops) {
  script_.reads = {"+a\r\n+b\r\n", "+c\r\n"};
  most_replies_ = 1;
  EXPECT_THAT(Read(), IsOk());
  EXPECT_THAT(replies_, ElementsAre("a"));
  EXPECT_EQ(script_.reads.size(), 1u) << "the rest is not even read";
}

TEST_F(LinkTest, WhoSendsWithoutAPauseLetsOthersHaveTheirTurn) {
  script_.reads.assign(100, "+a\r\n");
  EXPECT_THAT(Read(), IsOk());
  EXPECT_TRUE(link_.has_more());
  EXPECT_LT(replies_.size(), 100u);
  while (link_.has_more()) ASSERT_THAT(Read(), IsOk());
  EXPECT_EQ(replies_.size(), 100u);
}

TEST_F(LinkTest, EndOfTheConnectionComesAfterTheReplies) {
  script_.reads = {"+a\r\n", absl::UnavailableError("gone")};
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kUnavailable, "gone"));
  EXPECT_THAT(replies_, ElementsAre("a"));
}

TEST_F(LinkTest, GarbageIsInternal) {
  script_.reads = {"nonsense\r\n"};
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(replies_, IsEmpty());
}

TEST_F(LinkTest, ShortWritesKeepTheOrder) {
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string bytes(static_cast<size_t>(i), static_cast<char>('a' + i % 26));
    expected += bytes;
    link_.Append(bytes);
    script_.room = static_cast<size_t>(i % 200);
    ASSERT_THAT(link_.Flush(), IsOk());
  }
  script_.room = expected.size();
  ASSERT_THAT(link_.Flush(), IsOk());
  EXPECT_EQ(script_.written, expected);
}

TEST_F(LinkTest, WhatIsWrittenIsNotKeptWhileMoreIsToBeWritten) {
  constexpr size_t kMebibyte = size_t{1} << 20;
  script_.keeps_written = false;
  rusage before;
  getrusage(RUSAGE_SELF, &before);
  link_.Append(std::string(kMebibyte, 'x'));
  for (int i = 0; i < 400; ++i) {
    link_.Append(std::string(kMebibyte, 'x'));
    script_.room = kMebibyte;
    ASSERT_THAT(link_.Flush(), IsOk());
  }
  rusage after;
  getrusage(RUSAGE_SELF, &after);
  // A sanitizer holds back some of what is freed.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 350 * 1024) << "401 MiB, 1 MiB of it at a time";
}

}  // namespace
}  // namespace cachestore::redis
