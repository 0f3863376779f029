// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/call_script.h"

#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "protos/cache_codec.h"

namespace cachestore {
namespace {

using ::testing::SizeIs;

constexpr absl::string_view kFirstKey = "key:00000000000";
constexpr absl::string_view kFirstValue = "key:00000000000vv";

ScriptOptions Options(ScriptedOperation operation, size_t keys) {
  return {.operation = operation, .keys = keys, .value_bytes = 17};
}

// What follows gRPC's prefix, which is checked.
absl::Cord MessageOf(absl::Cord framed) {
  const std::string prefix(framed.Subcord(0, 5));
  framed.RemovePrefix(5);
  const std::string expected = {0, 0, 0, static_cast<char>(framed.size() >> 8),
                                static_cast<char>(framed.size())};
  EXPECT_EQ(prefix, expected);
  return framed;
}

TEST(CallScriptTest, AGetAsksForAKeyAndExpectsItsValue) {
  const CallScript script = GrpcScript(Options(ScriptedOperation::kGet, 3));
  EXPECT_EQ(script.path, "/cachestore.v1.CacheStore/Get");
  ASSERT_THAT(script.exchanges, SizeIs(3));
  const CallScript::Exchange& first = script.exchanges.front();
  EXPECT_EQ(codec::DecodeGetRequest(MessageOf(first.request))->key, kFirstKey);
  EXPECT_EQ(codec::DecodeValue(MessageOf(absl::Cord(first.reply))).value(), kFirstValue);
}

TEST(CallScriptTest, ASetHasTheValueThatAGetExpects) {
  const CallScript script = GrpcScript(Options(ScriptedOperation::kSet, 1));
  EXPECT_EQ(script.path, "/cachestore.v1.CacheStore/Set");
  ASSERT_THAT(script.exchanges, SizeIs(1));
  const auto set = codec::DecodeSetRequest(MessageOf(script.exchanges.front().request));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->key, kFirstKey);
  EXPECT_EQ(set->value, kFirstValue);
  const absl::Cord reply(script.exchanges.front().reply);
  EXPECT_TRUE(codec::DecodeBoolResponse(MessageOf(reply)).value());
}

TEST(CallScriptTest, ABatchHasAHundredEntriesAndTheKeysAreWholeBatches) {
  const CallScript gets = GrpcScript(Options(ScriptedOperation::kBatchGet, 101));
  EXPECT_EQ(gets.path, "/cachestore.v1.CacheBatch/BatchGet");
  ASSERT_THAT(gets.exchanges, SizeIs(2));
  absl::Cord keys = MessageOf(gets.exchanges.back().request);
  EXPECT_EQ(codec::DecodeBatchKeysRequest(keys)->back(), "key:00000000199");
  const absl::Cord values(gets.exchanges.back().reply);
  EXPECT_THAT(codec::DecodeBatchGetResponse(MessageOf(values)).value(), SizeIs(kBatchKeys));

  const CallScript sets = GrpcScript(Options(ScriptedOperation::kBatchSet, 100));
  EXPECT_EQ(sets.path, "/cachestore.v1.CacheBatch/BatchSet");
  ASSERT_THAT(sets.exchanges, SizeIs(1));
  const auto entries = codec::DecodeBatchSetRequest(MessageOf(sets.exchanges.front().request));
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(kBatchKeys));
  EXPECT_EQ(entries->front().value, kFirstValue);
}

TEST(CallScriptTest, RedisIsAskedTheSame) {
  const auto get = RespScript(Options(ScriptedOperation::kGet, 1)).exchanges.front();
  EXPECT_EQ(get.request, "*2\r\n$3\r\nGET\r\n$15\r\nkey:00000000000\r\n");
  EXPECT_EQ(get.reply, "$17\r\nkey:00000000000vv\r\n");

  const auto set = RespScript(Options(ScriptedOperation::kSet, 1)).exchanges.front();
  EXPECT_EQ(set.request,
            "*3\r\n$3\r\nSET\r\n$15\r\nkey:00000000000\r\n$17\r\nkey:00000000000vv\r\n");
  EXPECT_EQ(set.reply, "+OK\r\n");

  const auto sets = RespScript(Options(ScriptedOperation::kBatchSet, 100)).exchanges.front();
  EXPECT_EQ(sets.request.size(), kBatchKeys * set.request.size());
  EXPECT_EQ(sets.reply.size(), kBatchKeys * set.reply.size());

  const auto mget = RespScript(Options(ScriptedOperation::kBatchGet, 100)).exchanges.front();
  EXPECT_TRUE(mget.request.StartsWith("*101\r\n$4\r\nMGET\r\n$15\r\nkey:00000000000\r\n"));
  EXPECT_TRUE(absl::StartsWith(mget.reply, "*100\r\n$17\r\nkey:00000000000vv\r\n"));
}

}  // namespace
}  // namespace cachestore
