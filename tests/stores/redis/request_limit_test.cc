// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/request_limit.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace cachestore::redis {
namespace {

constexpr auto kCall = RequestLimit::Kind::kCall;

TEST(RequestLimitTest, LetsInSoManyCalls) {
  RequestLimit limit(/*max_calls=*/2, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 1));
  EXPECT_TRUE(limit.Enter(kCall, 1));
  EXPECT_FALSE(limit.Enter(kCall, 1));
}

TEST(RequestLimitTest, LetsInSoManyBytes) {
  RequestLimit limit(/*max_calls=*/10, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 60));
  EXPECT_FALSE(limit.Enter(kCall, 41));
  EXPECT_TRUE(limit.Enter(kCall, 40));
  EXPECT_FALSE(limit.Enter(kCall, 1));
}

TEST(RequestLimitTest, WhoLeavesMakesRoom) {
  RequestLimit limit(/*max_calls=*/1, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 100));
  limit.Leave(1, 100);
  EXPECT_TRUE(limit.Enter(kCall, 100));
}

TEST(RequestLimitTest, CallLeavesWithTheLastOfItsRequests) {
  RequestLimit limit(/*max_calls=*/1, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 100)) << "a batch of two";
  limit.Leave(0, 60);
  EXPECT_FALSE(limit.Enter(kCall, 1));
  limit.Leave(1, 40);
  EXPECT_TRUE(limit.Enter(kCall, 100));
}

TEST(RequestLimitTest, WhoIsRefusedIsNotCounted) {
  RequestLimit limit(/*max_calls=*/2, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 50));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limit.Enter(kCall, 51)) << "too many bytes";
  EXPECT_TRUE(limit.Enter(kCall, 50));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limit.Enter(kCall, 0)) << "too many calls";
  limit.Leave(1, 50);
  EXPECT_TRUE(limit.Enter(kCall, 50));
}

TEST(RequestLimitTest, UpkeepFindsRoomWhereCallsDoNot) {
  RequestLimit limit(/*max_calls=*/1, /*max_bytes=*/100);
  EXPECT_TRUE(limit.Enter(kCall, 100));
  EXPECT_FALSE(limit.Enter(kCall, 0));
  int upkeep = 0;
  while (limit.Enter(RequestLimit::Kind::kUpkeep, 100)) ++upkeep;
  EXPECT_EQ(upkeep, 1'000) << "that is bounded, too";
  EXPECT_FALSE(limit.Enter(kCall, 0));
}

// How many of four threads are inside together at most, each with 10 bytes.
int MostInside(RequestLimit& limit) {
  std::atomic<int> inside = 0;
  std::atomic<int> most_inside = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 300'000; ++round) {
        if (!limit.Enter(kCall, 10)) continue;
        const int now_inside = ++inside;
        int most = most_inside;
        while (now_inside > most && !most_inside.compare_exchange_weak(most, now_inside)) {
        }
        --inside;
        limit.Leave(1, 10);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return most_inside;
}

TEST(RequestLimitTest, ManyThreadsStayWithinTheCalls) {
  RequestLimit limit(/*max_calls=*/1, /*max_bytes=*/1'000);
  EXPECT_EQ(MostInside(limit), 1);
  EXPECT_TRUE(limit.Enter(kCall, 1'000)) << "all have left";
}

TEST(RequestLimitTest, ManyThreadsStayWithinTheBytes) {
  RequestLimit limit(/*max_calls=*/1'000, /*max_bytes=*/19);
  EXPECT_EQ(MostInside(limit), 1);
  EXPECT_TRUE(limit.Enter(kCall, 19)) << "all have left";
}

}  // namespace
}  // namespace cachestore::redis
