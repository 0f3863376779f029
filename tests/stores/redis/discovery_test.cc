// SPDX-License-Identifier: Apache-2.0

// Who waits for what is searched for, and what ends the waiting.
#include "stores/redis/discovery.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/mutex.h"
#include "stores/redis/event_loop.h"
#include "tests/testing/await_until.h"
#include "tests/testing/countdown.h"

namespace cachestore::redis {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using NumberDiscovery = Discovery<int>;

// A time that nothing takes but what never comes, on however busy a machine.
constexpr absl::Duration kPatient = absl::Seconds(30);

// A discovery on a loop of its own, whose searches end when the test has them do so.
class DiscoveryTest : public testing::Test {
 protected:
  ~DiscoveryTest() override {
    Do([this] { discovery_.Close(); });
    loop_->Stop([] {});
  }

  // Runs `task` on the loop's thread, and waits for it.
  void Do(const std::function<void()>& task) {
    Countdown done(1);
    loop_->Post([&] {
      task();
      done.Happened();
    });
    ASSERT_TRUE(done.Wait());
  }

  // Waits for what is posted, what that posts, and for timers that are due.
  void Settle() {
    for (int i = 0; i < 3; ++i) Do([] {});
    Countdown turned(1);
    Do([&] { discovery_.RunLater(absl::Milliseconds(1), [&] { turned.Happened(); }); });
    ASSERT_TRUE(turned.Wait());
  }

  void Await() { discovery_.Await(absl::InfiniteFuture(), Taker()); }
  void AwaitNew() { discovery_.AwaitNew(absl::InfiniteFuture(), Taker()); }

  // Notes what somebody who waits is told.
  NumberDiscovery::Handler Taker() {
    return [this](absl::StatusOr<std::shared_ptr<const int>> found) {
      const MutexLock lock(mutex_);
      told_.push_back(found.ok() ? absl::StrCat(**found) : found.status().ToString());
    };
  }

  std::vector<std::string> told() {
    const MutexLock lock(mutex_);
    return told_;
  }

  // Ends the search that goes on.
  void End(absl::StatusOr<NumberDiscovery::Result> result) {
    ASSERT_TRUE(AwaitUntil([this] { return is_searching_.load(); }));
    Do([&] {
      is_searching_.store(false);
      std::exchange(search_, nullptr)(std::move(result));
    });
  }
  // Notes that it is to search.
  std::function<void(NumberDiscovery::Done)> Searcher() {
    return [this](NumberDiscovery::Done done) {
      search_ = std::move(done);
      ++searches_;
      is_searching_.store(true);
    };
  }

  void Find(int number, bool is_complete = true) {
    End(NumberDiscovery::Result{std::make_shared<const int>(number), is_complete});
  }

  static constexpr size_t kMaxWaiting = 4;
  // So short that whoever wants a search has it begin with the loop's next turn.
  static constexpr absl::Duration kRest = absl::Nanoseconds(1);

  const std::unique_ptr<EventLoop> loop_ = *EventLoop::Create();
  NumberDiscovery::Done search_;  // Of the loop's thread.
  std::atomic<bool> is_searching_{false};
  std::atomic<int> searches_{0};
  Mutex mutex_;
  std::vector<std::string> told_ ABSL_GUARDED_BY(mutex_);
  NumberDiscovery discovery_{*loop_, kPatient, kMaxWaiting, Searcher(), kRest};
};

TEST_F(DiscoveryTest, NothingIsSearchedForUntilSomebodyAsks) {
  Settle();
  EXPECT_EQ(searches_, 0);
  EXPECT_EQ(discovery_.found(), nullptr);
}

TEST_F(DiscoveryTest, AllWhoWaitAreToldByOneSearch) {
  for (int i = 0; i < 3; ++i) Await();
  Settle();
  EXPECT_THAT(told(), IsEmpty());
  Find(7);
  EXPECT_THAT(told(), ElementsAre("7", "7", "7"));
  EXPECT_EQ(searches_, 1);
  EXPECT_EQ(*discovery_.found(), 7);
}

TEST_F(DiscoveryTest, WhatWasFoundIsGivenAtOnceAndWhatIsNewAfterTheNextSearch) {
  Await();
  Find(7);
  AwaitNew();
  Await();
  Settle();
  EXPECT_THAT(told(), ElementsAre("7", "7"));
  Find(8);
  EXPECT_THAT(told(), ElementsAre("7", "7", "8"));
}

TEST_F(DiscoveryTest, WhyNothingIsFoundIsToldUntilItHasRested) {
  NumberDiscovery tired(*loop_, kPatient, kMaxWaiting, Searcher(), /*rest=*/absl::Hours(1));
  tired.Await(absl::InfiniteFuture(), Taker());
  End(absl::UnavailableError("nobody there"));
  EXPECT_THAT(told(), ElementsAre("UNAVAILABLE: nobody there"));
  tired.Await(absl::InfiniteFuture(), Taker());
  Settle();
  EXPECT_THAT(told(), ElementsAre("UNAVAILABLE: nobody there", "UNAVAILABLE: nobody there"));
  EXPECT_EQ(searches_, 1);
  Do([&] { tired.Close(); });
}

TEST_F(DiscoveryTest, OnceItHasRestedWhoeverAsksHasItSearchedForAgain) {
  Await();
  End(absl::UnavailableError("nobody there"));
  Settle();
  Await();
  Find(7);
  EXPECT_THAT(told(), ElementsAre("UNAVAILABLE: nobody there", "7"));
}

TEST_F(DiscoveryTest, WhatWasFoundStaysWhereASearchFails) {
  Await();
  Find(7);
  discovery_.Refresh();
  End(absl::UnavailableError("nobody there"));
  EXPECT_EQ(*discovery_.found(), 7);
}

TEST_F(DiscoveryTest, WhatIsNotCompleteIsSearchedForAgainByItself) {
  Await();
  Find(7, /*is_complete=*/false);
  EXPECT_THAT(told(), ElementsAre("7"));
  Find(8);
  EXPECT_EQ(*discovery_.found(), 8);
}

TEST_F(DiscoveryTest, WhatIsToBeRefreshedWhenItIsClosedIsNot) {
  Do([this] {
    discovery_.Refresh();
    discovery_.Close();
  });
  for (int i = 0; i < 3; ++i) Do([] {});
  EXPECT_EQ(searches_, 0);
}

TEST_F(DiscoveryTest, ManyWhoWantItRefreshedAreOneSearch) {
  Await();
  Find(7);
  Do([this] {
    for (int i = 0; i < 100; ++i) discovery_.Refresh();
  });
  Find(8);
  Settle();
  EXPECT_EQ(searches_, 2);
}

TEST_F(DiscoveryTest, OnlyAnEndThatMayMeanAnotherServerHasItRefreshed) {
  Await();
  Find(7);
  discovery_.RefreshAfter(absl::ResourceExhaustedError("full"));
  discovery_.RefreshAfter(absl::OkStatus());
  Settle();
  EXPECT_EQ(searches_, 1);
  discovery_.RefreshAfter(absl::UnavailableError("gone"));
  Find(8);
  EXPECT_EQ(searches_, 2);
}

TEST_F(DiscoveryTest, MoreThanMayWaitAreRefusedAndThenThereIsRoomAgain) {
  for (size_t i = 0; i < kMaxWaiting; ++i) Await();
  Await();
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr("RESOURCE_EXHAUSTED"), HasSubstr("limit is 4"))));
  Find(7);
  Await();
  EXPECT_TRUE(AwaitUntil([this] { return told().size() == kMaxWaiting + 2; }));
  EXPECT_EQ(told().back(), "7");
}

TEST_F(DiscoveryTest, WhoWaitsIsToldByItsDeadline) {
  discovery_.Await(absl::Now() + absl::Milliseconds(10), Taker());
  EXPECT_TRUE(AwaitUntil([this] { return told().size() == 1; })) << "though no search ends";
  EXPECT_THAT(told(), Each(HasSubstr("DEADLINE_EXCEEDED")));
  Find(7);
  EXPECT_THAT(told(), SizeIs(1)) << "once";
}

TEST_F(DiscoveryTest, NobodyIsToldAnythingOnceItIsClosed) {
  Await();
  ASSERT_TRUE(AwaitUntil([this] { return is_searching_.load(); }));
  Do([this] { discovery_.Close(); });
  Find(7);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(discovery_.found(), nullptr);
}

}  // namespace
}  // namespace cachestore::redis
