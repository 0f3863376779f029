// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/event_loop.h"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "gtest/gtest.h"

namespace cachestore::http2 {
namespace {

class EventLoopTest : public testing::Test {
 protected:
  ~EventLoopTest() override { loop_->Stop(); }

  // Runs a task on the loop's thread, and waits until it has run.
  void Run(absl::AnyInvocable<void() &&> task) {
    std::promise<void> done;
    loop_->Post([&] {
      std::move(task)();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::unique_ptr<EventLoop> loop_ = *EventLoop::Create();
};

TEST_F(EventLoopTest, ATimerThatSetsItselfAgainAndAgainLeavesTheOthersTheirTurn) {
  std::unique_ptr<EventLoop::Timer> timer;
  int runs = 0;
  timer = std::make_unique<EventLoop::Timer>(*loop_, [&] {
    ++runs;
    timer->WakeAt(loop_->now());
  });
  loop_->Start();
  Run([&] { timer->WakeAt(loop_->now()); });
  int before = 0;
  Run([&] { before = runs; });
  while (before == 0) Run([&] { before = runs; });
  Run([&] { timer.reset(); });
}

TEST_F(EventLoopTest, TimersRunInTheirOrderAndCancelledOnesDoNot) {
  std::promise<int> last;
  int order = 0;
  EventLoop::Timer second(*loop_, [&] { last.set_value(order); });
  EventLoop::Timer first(*loop_, [&] { order = 1; });
  EventLoop::Timer never(*loop_, [&] { order = 2; });
  loop_->Start();
  Run([&] {
    second.WakeAt(loop_->now() + std::chrono::milliseconds(20));
    first.WakeAt(loop_->now() + std::chrono::milliseconds(10));
    never.WakeAt(loop_->now() + std::chrono::milliseconds(15));
    never.Cancel();
  });
  EXPECT_EQ(last.get_future().get(), 1);
}

}  // namespace
}  // namespace cachestore::http2
