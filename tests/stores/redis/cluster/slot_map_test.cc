// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/slot_map.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "stores/redis/cluster/map_search.h"
#include "tests/stores/redis/replies.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

constexpr auto kInternal = absl::StatusCode::kInternal;

Reply Server(Reply host, int64_t port) {
  return ArrayReply({std::move(host), IntegerReply(port), StringReply("an id")});
}
Reply Server(const std::string& host, int64_t port) { return Server(StringReply(host), port); }

Reply Range(int64_t first, int64_t last, std::vector<Reply> servers) {
  std::vector<Reply> elements = {IntegerReply(first), IntegerReply(last)};
  for (Reply& server : servers) elements.push_back(std::move(server));
  return ArrayReply(std::move(elements));
}

SlotMap MapOf(const Reply& reply) {
  absl::StatusOr<SlotMap> map = SlotMap::Of(reply, "asked");
  EXPECT_THAT(map, IsOk());
  return map.ok() ? *std::move(map) : SlotMap();
}

TEST(SlotMapTest, EachSlotIsTheMastersOfItsRange) {
  const SlotMap map = MapOf(ArrayReply({Range(0, 5000, {Server("a", 1), Server("replica", 9)}),
                                        Range(5001, 16383, {Server("b", 2)})}));
  ASSERT_EQ(map.masters().size(), 2u);
  EXPECT_EQ(map.masters()[0].host, "a");
  EXPECT_EQ(map.masters()[1].port, 2);
  EXPECT_EQ(map.OwnerOf(0), 0u);
  EXPECT_EQ(map.OwnerOf(5000), 0u);
  EXPECT_EQ(map.OwnerOf(5001), 1u);
  EXPECT_EQ(map.OwnerOf(16383), 1u);
  EXPECT_EQ(map.uncovered(), 0u);
  EXPECT_EQ(map.SlotsText(0), "0-5000");
}

TEST(SlotMapTest, SlotsThatNobodyHasAreNamed) {
  const SlotMap map =
      MapOf(ArrayReply({Range(1, 9, {Server("a", 1)}), Range(11, 16380, {Server("a", 1)})}));
  EXPECT_EQ(map.masters().size(), 1u);
  EXPECT_EQ(map.OwnerOf(10), std::nullopt);
  EXPECT_EQ(map.uncovered(), 5u);
  EXPECT_EQ(map.UncoveredText(), "0, 10, 16381-16383");
  EXPECT_EQ(map.SlotsText(0), "1-9, 11-16380");
}

TEST(SlotMapTest, AServerThatDoesNotKnowItsNameIsTheOneThatWasAsked) {
  for (const Reply& host : {NilReply(), StringReply(""), StringReply("?")}) {
    EXPECT_EQ(MapOf(ArrayReply({Range(0, 1, {Server(host, 7)})})).masters()[0].host, "asked");
  }
}

TEST(SlotMapTest, MapsAreEqualInWhateverOrderTheirRangesCame) {
  const Reply low = Range(0, 1, {Server("a", 1)});
  const Reply high = Range(2, 3, {Server("b", 1)});
  EXPECT_EQ(MapOf(ArrayReply({low, high})), MapOf(ArrayReply({high, low})));
  EXPECT_FALSE(MapOf(ArrayReply({low})) == MapOf(ArrayReply({low, high})));
  EXPECT_FALSE(MapOf(ArrayReply({low})) == MapOf(ArrayReply({Range(0, 1, {Server("a", 2)})})));
}

TEST(SlotMapTest, WhatMakesNoSenseIsRefused) {
  const Reply server = Server("a", 1);
  for (const Reply& reply :
       {StringReply("slots"), ArrayReply({StringReply("range")}), ArrayReply({ArrayReply({})}),
        ArrayReply({Range(0, 1, {})}), ArrayReply({Range(1, 0, {server})}),
        ArrayReply({Range(-1, 0, {server})}), ArrayReply({Range(0, 16384, {server})}),
        ArrayReply({Range(0, 1, {StringReply("a:1")})}),
        ArrayReply({Range(0, 1, {Server("a", 0)})}), ArrayReply({Range(0, 1, {Server("a b", 1)})}),
        ArrayReply({Range(0, 1, {Server("a\nb", 1)})}),
        ArrayReply({Range(0, 1, {Server(std::string(256, 'a'), 1)})}),
        ArrayReply(std::vector<Reply>(16385, Range(0, 1, {server}))),
        ArrayReply({Range(0, 1, {Server("a", 65536)})})}) {
    EXPECT_THAT(SlotMap::Of(reply, "asked"), StatusIs(kInternal));
  }
}

TEST(SlotMapTest, MoreServersThanAClusterHasAreRefused) {
  std::vector<Reply> ranges;
  for (int64_t i = 0; i <= static_cast<int64_t>(SlotMap::kMaxMasters); ++i) {
    ranges.push_back(Range(i, i, {Server("a", i + 1)}));
  }
  EXPECT_THAT(SlotMap::Of(ArrayReply(ranges), "asked"), StatusIs(kInternal));
  ranges.pop_back();
  EXPECT_THAT(SlotMap::Of(ArrayReply(ranges), "asked"), IsOk());
}

TEST(ClusterViewTest, AWholeClusterIsABetterViewThanANewerOne) {
  const ClusterView whole = ClusterViewOf("cluster_state:ok\r\ncluster_current_epoch:6\r\n");
  EXPECT_TRUE(whole.is_whole);
  EXPECT_EQ(whole.epoch, 6u);
  const ClusterView newer = ClusterViewOf("cluster_state:fail\r\ncluster_current_epoch:7\r\n");
  EXPECT_FALSE(newer.is_whole);
  EXPECT_LT(newer, whole);
  EXPECT_LT(whole, ClusterViewOf("cluster_current_epoch:7\r\ncluster_state:ok\r\n"));
  EXPECT_EQ(ClusterViewOf("cluster_current_epoch:x").epoch, 0u);
}

}  // namespace
}  // namespace cachestore::redis
