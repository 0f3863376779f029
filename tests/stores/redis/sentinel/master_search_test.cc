// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/sentinel/master_search.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/stores/redis/replies.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

Reply Fields(const std::vector<std::string>& words) {
  std::vector<Reply> elements;
  for (const std::string& word : words) elements.push_back(StringReply(word));
  return ArrayReply(std::move(elements));
}

TEST(MasterSearchTest, AMasterIsAtAHostAndAPort) {
  const absl::StatusOr<HostPort> place = MasterAddressOf(Fields({"10.0.0.1", "6380"}));
  ASSERT_THAT(place, IsOk());
  EXPECT_EQ(place->host, "10.0.0.1");
  EXPECT_EQ(place->port, 6380);
}

TEST(MasterSearchTest, AMasterThatASentinelDoesNotKnowIsUnavailable) {
  EXPECT_THAT(MasterAddressOf(NilReply()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(MasterSearchTest, AnAnswerWithoutAPlaceIsNone) {
  for (const Reply& reply : {ArrayReply({}), Fields({"a"}), Fields({"a", "0"}), Fields({"", "1"}),
                             Fields({"a", "65536"}), Fields({"a", "x"}), Fields({"a", "1", "b"})}) {
    EXPECT_THAT(MasterAddressOf(reply), StatusIs(absl::StatusCode::kInternal));
  }
}

TEST(MasterSearchTest, TheEpochIsFoundByItsNameAndIsZeroWithoutOne) {
  EXPECT_EQ(ConfigEpochOf(Fields({"name", "config-epoch", "config-epoch", "4", "odd"})), 4u);
  EXPECT_EQ(ConfigEpochOf(Fields({"config-epoch", "x"})), 0u);
  EXPECT_EQ(ConfigEpochOf(Fields({"config-epoch"})), 0u);
  EXPECT_EQ(ConfigEpochOf(NilReply()), 0u);
}

}  // namespace
}  // namespace cachestore::redis
