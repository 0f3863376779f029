// SPDX-License-Identifier: Apache-2.0
// What a store tells of its connection to a real server.
#include <numeric>

#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/store_stats.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/await_until.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

// Of the one connection that there is.
RedisNodeStats StatsOf(const CacheStore& store) {
  const RedisStats stats = store.GetStats().redis.value();
  EXPECT_EQ(stats.nodes.size(), 1u);
  return stats.nodes.at(0);
}

uint64_t RoundTrips(const RedisNodeStats& stats) {
  const auto& counts = stats.round_trips.by_class;
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

TEST(RedisStatsTest, BeforeTheFirstCallThereIsNoConnection) {
  const RedisServer redis;
  const RedisNodeStats stats = StatsOf(*StoreAt(redis.url()));
  EXPECT_FALSE(stats.is_connected);
  EXPECT_EQ(stats.connections, 0);
}

TEST(RedisStatsTest, TheNodeIsWhereTheUrlSays) {
  EXPECT_EQ(StatsOf(*StoreAt("redis://me:secret@127.0.0.1:1/2")).node, "127.0.0.1:1");
  EXPECT_EQ(StatsOf(*StoreAt("unix:///nowhere/redis.sock")).node, "/nowhere/redis.sock");
}

TEST(RedisStatsTest, OneServerHasNoTopology) {
  const RedisServer redis;
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  const RedisStats stats = store->GetStats().redis.value();
  EXPECT_EQ(stats.topology_changes, 0);
  EXPECT_EQ(stats.moved, 0);
  EXPECT_EQ(stats.asked, 0);
  EXPECT_EQ(stats.uncovered_slots, 0u);
}

TEST(RedisStatsTest, EachReplyIsARoundTrip) {
  const RedisServer redis;
  const auto store = StoreAt(redis.url());
  for (int i = 0; i < 5; ++i) EXPECT_THAT(BlockingCacheStore(*store).Get("key"), IsOk());
  const RedisNodeStats stats = StatsOf(*store);
  EXPECT_TRUE(stats.is_connected);
  EXPECT_EQ(stats.connections, 1);
  EXPECT_EQ(stats.losses, 0);
  EXPECT_EQ(stats.failed_attempts, 0);
  EXPECT_EQ(RoundTrips(stats), 5);
  EXPECT_GT(stats.round_trips.nanos, 0);
}

TEST(RedisStatsTest, WhatIsSentAndNotAnsweredIsInThePipeline) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  redis.Pause();
  store->Get("key", {}, [](const auto& /*value*/) {});
  store->Get("key", {}, [](const auto& /*value*/) {});
  EXPECT_TRUE(AwaitUntil([&] { return StatsOf(*store).pipelined == 2; }));
  redis.Resume();
  EXPECT_TRUE(AwaitUntil([&] { return StatsOf(*store).pipelined == 0; }));
}

TEST(RedisStatsTest, ALossAndWhatFollowsItIsCounted) {
  RedisServer redis;
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  redis.Kill();
  EXPECT_TRUE(AwaitUntil([&] { return StatsOf(*store).losses == 1; }));
  EXPECT_FALSE(StatsOf(*store).is_connected);
  EXPECT_TRUE(AwaitUntil([&] {
    BlockingCacheStore(*store).Ping().IgnoreError();
    return StatsOf(*store).failed_attempts > 0;
  }));
  redis.Start();
  EXPECT_THAT(AwaitService(*store), IsOk());
  EXPECT_TRUE(StatsOf(*store).is_connected);
  EXPECT_EQ(StatsOf(*store).connections, 2);
  EXPECT_EQ(StatsOf(*store).losses, 1);
}

}  // namespace
}  // namespace cachestore
