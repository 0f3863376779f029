// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/server_queue.h"

#include <grpcpp/grpcpp.h>

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using ::testing::Each;

// A queue of a server in this process, and its thread.
class ServerQueueTest : public testing::Test {
 protected:
  ServerQueueTest() : queue_(builder_.AddCompletionQueue()) {
    builder_.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials());
    server_ = builder_.BuildAndStart();
    thread_ = std::thread([this] { queue_.Run(); });
  }
  ~ServerQueueTest() override { Stop(); }

  // Returns once all is done that was handed over.
  void Stop() {
    if (!thread_.joinable()) return;
    std::promise<void> all_before;
    FunctionWork last([&] { all_before.set_value(); });
    queue_.Do(last);
    all_before.get_future().wait();
    server_->Shutdown();
    queue_.Shutdown();
    thread_.join();
  }

  class FunctionWork final : public ServerQueue::Work {
   public:
    explicit FunctionWork(std::function<void()> function) : function_(std::move(function)) {}
    void Do() override { function_(); }

   private:
    const std::function<void()> function_;
  };

  grpc::ServerBuilder builder_;
  ServerQueue queue_;
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;
};

TEST_F(ServerQueueTest, WhatOthersHandOverIsDoneOnItsThread) {
  std::thread::id done_on;
  FunctionWork work([&] { done_on = std::this_thread::get_id(); });
  const std::thread::id its_thread = thread_.get_id();
  queue_.Do(work);
  Stop();
  EXPECT_EQ(done_on, its_thread);
}

TEST_F(ServerQueueTest, WhatItsOwnThreadHandsOverIsDoneAtOnce) {
  bool is_done = false;
  bool was_done_at_once = false;
  FunctionWork inner([&] { is_done = true; });
  FunctionWork outer([&] {
    queue_.Do(inner);
    was_done_at_once = is_done;
  });
  queue_.Do(outer);
  Stop();
  EXPECT_TRUE(was_done_at_once);
}

TEST_F(ServerQueueTest, WorksMayDestroyThemselves) {
  int done = 0;
  class OwnWork final : public ServerQueue::Work {
   public:
    explicit OwnWork(int& done) : done_(done) {}
    void Do() override {
      ++done_;
      delete this;
    }

   private:
    int& done_;
  };
  for (int i = 0; i < 100; ++i) queue_.Do(*new OwnWork(done));
  Stop();
  EXPECT_EQ(done, 100);
}

TEST_F(ServerQueueTest, EachThreadsWorksAreDoneOnceAndInOrder) {
  constexpr int kThreads = 4;
  constexpr int kWorks = 10'000;
  std::vector<std::vector<int>> done(kThreads);
  std::vector<std::vector<std::unique_ptr<FunctionWork>>> works(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kWorks; ++i) {
      works[thread].push_back(
          std::make_unique<FunctionWork>([&, thread, i] { done[thread].push_back(i); }));
    }
  }
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (const auto& of_thread : works) {
    threads.emplace_back([&] {
      for (const auto& work : of_thread) queue_.Do(*work);
    });
  }
  for (std::thread& thread : threads) thread.join();
  Stop();
  std::vector<int> expected(kWorks);
  for (int i = 0; i < kWorks; ++i) expected[i] = i;
  EXPECT_THAT(done, Each(expected));
}

}  // namespace
}  // namespace cachestore
