// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/request_queue.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/redis/command.h"
#include "stores/redis/reply.h"
#include "stores/redis/request.h"
#include "stores/redis/wakeup.h"

namespace cachestore::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The deadlines tell the requests of these tests apart.
Request Numbered(int64_t number) {
  return {.command = Ping(), .handler = [](absl::StatusOr<Reply>) {}, .deadline_nanos = number};
}

std::vector<Request> Batch(const std::vector<int64_t>& numbers) {
  std::vector<Request> requests;
  for (const int64_t number : numbers) requests.push_back(Numbered(number));
  return requests;
}

std::vector<int64_t> Take(RequestQueue& queue) {
  std::vector<int64_t> numbers;
  for (const Request& request : queue.Take()) numbers.push_back(request.deadline_nanos);
  return numbers;
}

// A queue whose reader is woken by a descriptor.
class RequestQueueTest : public testing::Test {
 protected:
  // Whether the queue has woken its reader, or does so before this times out.
  bool IsAwake(int timeout_millis = 0) const {
    pollfd polled = {.fd = wakeup_->fd(), .events = POLLIN, .revents = 0};
    return poll(&polled, 1, timeout_millis) == 1;
  }

  // How often it has been woken since it was asked last.
  eventfd_t Wakes() const {
    eventfd_t wakes = 0;
    eventfd_read(wakeup_->fd(), &wakes);
    return wakes;
  }

  const std::shared_ptr<const Wakeup> wakeup_ = Wakeup::Create().value();
  RequestQueue queue_{[wakeup = wakeup_] { wakeup->Signal(); }};
};

TEST_F(RequestQueueTest, KeepsTheOrder) {
  for (const int64_t number : {3, 1, 2}) queue_.Push(Numbered(number));
  EXPECT_THAT(Take(queue_), ElementsAre(3, 1, 2));
  EXPECT_THAT(Take(queue_), IsEmpty());
}

TEST_F(RequestQueueTest, BatchKeepsItsOrderBehindWhatWasThere) {
  queue_.PushAll(Batch({5, 4}));
  queue_.Push(Numbered(6));
  queue_.PushAll(Batch({2, 3}));
  EXPECT_THAT(Take(queue_), ElementsAre(5, 4, 6, 2, 3));
}

TEST_F(RequestQueueTest, BatchWakesTheReaderOnce) {
  queue_.PushAll(Batch({1, 2, 3}));
  queue_.PushAll(Batch({4}));
  EXPECT_EQ(Wakes(), 1);
  EXPECT_THAT(Take(queue_), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(queue_.Rest());
  queue_.Attend();
  queue_.PushAll(Batch({5}));
  EXPECT_FALSE(queue_.Rest()) << "a batch came meanwhile";
}

TEST_F(RequestQueueTest, FirstRequestWakesTheReader) {
  EXPECT_FALSE(IsAwake());
  queue_.Push(Numbered(1));
  EXPECT_TRUE(IsAwake());
}

TEST_F(RequestQueueTest, ReaderIsWokenOnceForManyRequests) {
  for (const int64_t number : {1, 2, 3}) queue_.Push(Numbered(number));
  EXPECT_EQ(Wakes(), 1);
}

TEST_F(RequestQueueTest, ReaderWhoAttendsIsNotWoken) {
  queue_.Attend();
  queue_.Push(Numbered(1));
  EXPECT_FALSE(IsAwake());
  EXPECT_THAT(Take(queue_), ElementsAre(1));
  queue_.Push(Numbered(2));
  EXPECT_FALSE(IsAwake()) << "it has not gone to rest yet";
  EXPECT_FALSE(queue_.Rest()) << "and must not, as there is something";
  EXPECT_THAT(Take(queue_), ElementsAre(2));
}

TEST_F(RequestQueueTest, ReaderWhoRestsIsWokenAgain) {
  queue_.Attend();
  EXPECT_THAT(Take(queue_), IsEmpty());
  EXPECT_TRUE(queue_.Rest());
  queue_.Push(Numbered(1));
  EXPECT_TRUE(IsAwake());
}

TEST_F(RequestQueueTest, ClearedWakeupSleepsUntilTheNextSignal) {
  queue_.Push(Numbered(1));
  wakeup_->Clear();
  EXPECT_FALSE(IsAwake());
  wakeup_->Clear();
  wakeup_->Signal();
  EXPECT_TRUE(IsAwake());
}

// A wake that is lost leaves the reader asleep, and this test without some requests.
TEST_F(RequestQueueTest, ManyThreadsLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kRequests = 5'000;
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      for (int64_t i = 0; i < kRequests; ++i) queue_.Push(Numbered(thread * kRequests + i));
    });
  }
  std::vector<int64_t> next(kThreads, 0);
  int taken = 0;
  while (taken < kThreads * kRequests && IsAwake(/*timeout_millis=*/30'000)) {
    wakeup_->Clear();
    do {
      for (const int64_t number : Take(queue_)) {
        EXPECT_EQ(number % kRequests, next[number / kRequests]++) << "each thread's order is kept";
        ++taken;
      }
    } while (!queue_.Rest());
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, kThreads * kRequests);
}

// What serves a request may let go of all, while the push still wakes the reader. The sanitizers
// see it if that reached for the queue then.
TEST_F(RequestQueueTest, MayGoBeforeThePushReturns) {
  for (int round = 0; round < 500; ++round) {
    auto queue = std::make_unique<RequestQueue>([wakeup = wakeup_] { wakeup->Signal(); });
    std::thread pusher([pushed = queue.get()] { pushed->Push(Numbered(1)); });
    while (Take(*queue).empty()) std::this_thread::yield();
    queue.reset();
    pusher.join();
  }
}

}  // namespace
}  // namespace cachestore::redis
