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

// Whether the queue has woken its reader, or does so before this times out.
bool IsAwake(RequestQueue& queue, int timeout_millis = 0) {
  pollfd polled = {.fd = queue.wakeup().fd(), .events = POLLIN, .revents = 0};
  return poll(&polled, 1, timeout_millis) == 1;
}

TEST(RequestQueueTest, KeepsTheOrder) {
  RequestQueue queue(Wakeup::Create().value());
  for (const int64_t number : {3, 1, 2}) queue.Push(Numbered(number));
  EXPECT_THAT(Take(queue), ElementsAre(3, 1, 2));
  EXPECT_THAT(Take(queue), IsEmpty());
}

TEST(RequestQueueTest, BatchKeepsItsOrderBehindWhatWasThere) {
  RequestQueue queue(Wakeup::Create().value());
  queue.PushAll(Batch({5, 4}));
  queue.Push(Numbered(6));
  queue.PushAll(Batch({2, 3}));
  EXPECT_THAT(Take(queue), ElementsAre(5, 4, 6, 2, 3));
}

TEST(RequestQueueTest, BatchWakesTheReaderOnce) {
  RequestQueue queue(Wakeup::Create().value());
  queue.PushAll(Batch({1, 2, 3}));
  queue.PushAll(Batch({4}));
  eventfd_t signals = 0;
  ASSERT_EQ(eventfd_read(queue.wakeup().fd(), &signals), 0);
  EXPECT_EQ(signals, 1);
  EXPECT_THAT(Take(queue), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(queue.Rest());
  queue.Attend();
  queue.PushAll(Batch({5}));
  EXPECT_FALSE(queue.Rest()) << "a batch came meanwhile";
}

TEST(RequestQueueTest, FirstRequestWakesTheReader) {
  RequestQueue queue(Wakeup::Create().value());
  EXPECT_FALSE(IsAwake(queue));
  queue.Push(Numbered(1));
  EXPECT_TRUE(IsAwake(queue));
}

TEST(RequestQueueTest, ReaderIsWokenOnceForManyRequests) {
  RequestQueue queue(Wakeup::Create().value());
  for (const int64_t number : {1, 2, 3}) queue.Push(Numbered(number));
  eventfd_t signals = 0;
  ASSERT_EQ(eventfd_read(queue.wakeup().fd(), &signals), 0);
  EXPECT_EQ(signals, 1);
}

TEST(RequestQueueTest, ReaderWhoAttendsIsNotWoken) {
  RequestQueue queue(Wakeup::Create().value());
  queue.Attend();
  queue.Push(Numbered(1));
  EXPECT_FALSE(IsAwake(queue));
  EXPECT_THAT(Take(queue), ElementsAre(1));
  queue.Push(Numbered(2));
  EXPECT_FALSE(IsAwake(queue)) << "it has not gone to rest yet";
  EXPECT_FALSE(queue.Rest()) << "and must not, as there is something";
  EXPECT_THAT(Take(queue), ElementsAre(2));
}

TEST(RequestQueueTest, ReaderWhoRestsIsWokenAgain) {
  RequestQueue queue(Wakeup::Create().value());
  queue.Attend();
  EXPECT_THAT(Take(queue), IsEmpty());
  EXPECT_TRUE(queue.Rest());
  queue.Push(Numbered(1));
  EXPECT_TRUE(IsAwake(queue));
}

TEST(RequestQueueTest, ClearedWakeupSleepsUntilTheNextSignal) {
  RequestQueue queue(Wakeup::Create().value());
  queue.Push(Numbered(1));
  queue.wakeup().Clear();
  EXPECT_FALSE(IsAwake(queue));
  queue.wakeup().Clear();
  queue.wakeup().Signal();
  EXPECT_TRUE(IsAwake(queue));
}

// A wake that is lost leaves the reader asleep, and this test without some requests.
TEST(RequestQueueTest, ManyThreadsLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kRequests = 5'000;
  RequestQueue queue(Wakeup::Create().value());
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&queue, thread] {
      for (int64_t i = 0; i < kRequests; ++i) queue.Push(Numbered(thread * kRequests + i));
    });
  }
  std::vector<int64_t> next(kThreads, 0);
  int taken = 0;
  while (taken < kThreads * kRequests && IsAwake(queue, /*timeout_millis=*/30'000)) {
    queue.wakeup().Clear();
    do {
      for (const int64_t number : Take(queue)) {
        EXPECT_EQ(number % kRequests, next[number / kRequests]++) << "each thread's order is kept";
        ++taken;
      }
    } while (!queue.Rest());
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, kThreads * kRequests);
}

// What serves a request may let go of all, while the push still wakes the reader. The sanitizers
// see it if that reached for the queue then.
TEST(RequestQueueTest, MayGoBeforeThePushReturns) {
  for (int round = 0; round < 500; ++round) {
    auto queue = std::make_unique<RequestQueue>(Wakeup::Create().value());
    std::thread pusher([pushed = queue.get()] { pushed->Push(Numbered(1)); });
    while (Take(*queue).empty()) std::this_thread::yield();
    queue.reset();
    pusher.join();
  }
}

}  // namespace
}  // namespace cachestore::redis
