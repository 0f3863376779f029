// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/event_loop.h"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/countdown.h"

namespace cachestore::redis {
namespace {

using testing::ElementsAre;

class EventLoopTest : public testing::Test {
 protected:
  // Ends the thread when it has run all that is posted, and waits for it.
  void StopAndJoin() {
    loop_->Stop([] {});
    loop_->Join();
  }

  const std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
};

TEST_F(EventLoopTest, RunsTasksInTheirOrder) {
  std::vector<int> run;
  for (const int number : {3, 1, 2}) {
    loop_->Post([&run, number] { run.push_back(number); });
  }
  StopAndJoin();
  EXPECT_THAT(run, ElementsAre(3, 1, 2));
}

TEST_F(EventLoopTest, RunsWhatATaskPostsThoughItIsToldToStop) {
  std::vector<int> run;
  loop_->Post([&] {
    run.push_back(1);
    loop_->Stop([&run] { run.push_back(3); });
    loop_->Post([&run] { run.push_back(2); });
  });
  loop_->Join();
  EXPECT_THAT(run, ElementsAre(1, 2, 3));
}

// So sockets and timers have their turn, however much is posted.
TEST_F(EventLoopTest, TimersRunBetweenTasksThatPostEachOtherWithoutEnd) {
  Countdown timer_ran(1);
  std::atomic<bool> goes_on{true};
  std::unique_ptr<LoopEvent> timer;
  std::function<void()> post_again = [&] {
    if (goes_on.load()) loop_->Post(post_again);
  };
  loop_->Post([&] {
    timer = std::make_unique<LoopEvent>(loop_->base(), -1, LoopEvent::kTimer,
                                        [&] { timer_ran.Happened(); });
    timer->AddTimer(absl::ZeroDuration());
    post_again();
  });
  EXPECT_TRUE(timer_ran.Wait());
  goes_on.store(false);
  loop_->Post([&timer] { timer.reset(); });
  StopAndJoin();
}

// A wake that is lost leaves the thread asleep, and this test without some tasks.
TEST_F(EventLoopTest, RunsEachTaskOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 5'000;
  Countdown run(kThreads * kTasks);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int task = 0; task < kTasks; ++task) loop_->Post([&run] { run.Happened(); });
    });
  }
  EXPECT_TRUE(run.Wait());
  for (std::thread& thread : threads) thread.join();
  StopAndJoin();
}

TEST_F(EventLoopTest, DropsWhatIsPostedWhenItHasStopped) {
  const auto post = loop_->poster();
  StopAndJoin();
  bool has_run = false;
  const auto held = std::make_shared<int>();
  post([&has_run, held] { has_run = true; });
  EXPECT_FALSE(has_run);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace cachestore::redis
