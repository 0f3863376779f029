// SPDX-License-Identifier: Apache-2.0

// cachestore.v1.CacheAdmin over a real channel.
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/admin.grpc.pb.h"
#include "protos/batch.grpc.pb.h"
#include "stores/memory/memory_cache_store.h"
#include "stores/store_stats.h"
#include "stores/version.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"
#include "tests/service/unscripted_store.h"

namespace cachestore {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

v1::StatsResponse StatsOf(TestServer& server, bool want_history = false) {
  v1::StatsRequest request;
  request.set_want_history(want_history);
  v1::StatsResponse stats;
  grpc::ClientContext context;
  const grpc::Status status =
      v1::CacheAdmin::NewStub(server.channel())->Stats(&context, request, &stats);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return stats;
}

class StatsTest : public TransportTest {
 protected:
  void Get(const std::string& key) {
    v1::GetRequest request;
    request.set_key(key);
    v1::GetResponse response;
    grpc::ClientContext context;
    cache_->Get(&context, request, &response);
  }

  // With a condition if `if_absent`.
  void Set(const std::string& key, bool if_absent = false) {
    v1::SetRequest request;
    request.set_key(key);
    request.set_value("value");
    if (if_absent) request.set_if_absent(true);
    v1::SetResponse response;
    grpc::ClientContext context;
    cache_->Set(&context, request, &response);
  }

  void Delete(const std::string& key) {
    v1::DeleteRequest request;
    request.set_key(key);
    v1::DeleteResponse response;
    grpc::ClientContext context;
    cache_->Delete(&context, request, &response);
  }

  std::unique_ptr<MemoryCacheStore> store_ = *MemoryCacheStore::Create({.max_entries = 3});
  TestServer server_{*store_, GetParam()};
  std::unique_ptr<v1::CacheStore::Stub> cache_ = server_.cache();
};

TEST_P(StatsTest, SaysWhoAnswersAndHowItIs) {
  const v1::StatsResponse stats = StatsOf(server_);
  EXPECT_EQ(stats.version(), kVersion);
  EXPECT_EQ(stats.backend(), "memory");
  EXPECT_TRUE(stats.ready());
  EXPECT_EQ(stats.not_ready_reason(), "");
  EXPECT_EQ(stats.calls_in_flight(), 1) << "the one that asks";
  EXPECT_GE(stats.now().seconds(), stats.started().seconds());
  EXPECT_GT(stats.process().resident_bytes(), 0);
  EXPECT_EQ(stats.latency_bounds_size(), 20);
}

TEST_P(StatsTest, CountsWhatCallersFoundStoredAndDeleted) {
  Get("absent");
  Set("there");
  Set("there", /*if_absent=*/true);  // Which is not met.
  Set("new", /*if_absent=*/true);
  Get("there");
  Get("");  // An error is neither hit nor miss.
  Delete("absent");
  Delete("there");
  const v1::NamespaceStats space = StatsOf(server_).namespaces(0);
  EXPECT_EQ(space.name(), "");
  EXPECT_EQ(space.hits(), 1);
  EXPECT_EQ(space.misses(), 1);
  EXPECT_EQ(space.stored(), 2);
  EXPECT_EQ(space.deleted(), 1);
}

TEST_P(StatsTest, CountsEachKeyOfABatch) {
  const auto batch = v1::CacheBatch::NewStub(server_.channel());
  v1::BatchSetRequest set;
  for (const char* key : {"a", "b"}) {
    v1::SetRequest& entry = *set.add_entries();
    entry.set_key(key);
    entry.set_value("value");
  }
  set.add_entries()->set_key("c");
  set.mutable_entries(2)->set_if_present(true);
  v1::BatchSetResponse stored;
  grpc::ClientContext set_context;
  ASSERT_TRUE(batch->BatchSet(&set_context, set, &stored).ok());

  v1::BatchGetRequest get;
  for (const char* key : {"a", "b", "c", "d", "e"}) get.add_keys(key);
  v1::BatchGetResponse found;
  grpc::ClientContext get_context;
  ASSERT_TRUE(batch->BatchGet(&get_context, get, &found).ok());

  v1::BatchDeleteRequest remove;
  for (const char* key : {"a", "c"}) remove.add_keys(key);
  v1::BatchDeleteResponse removed;
  grpc::ClientContext remove_context;
  ASSERT_TRUE(batch->BatchDelete(&remove_context, remove, &removed).ok());

  const v1::NamespaceStats space = StatsOf(server_).namespaces(0);
  EXPECT_EQ(space.stored(), 2);
  EXPECT_EQ(space.hits(), 2);
  EXPECT_EQ(space.misses(), 3);
  EXPECT_EQ(space.deleted(), 1);
}

TEST_P(StatsTest, ReadsThatAskForMoreCountAsWell) {
  Set("there");
  for (const char* key : {"there", "absent"}) {
    v1::GetRequest request;
    request.set_key(key);
    request.set_want_ttl(true);
    v1::GetResponse response;
    grpc::ClientContext context;
    cache_->Get(&context, request, &response);
  }
  const v1::NamespaceStats space = StatsOf(server_).namespaces(0);
  EXPECT_EQ(space.hits(), 1);
  EXPECT_EQ(space.misses(), 1);
}

TEST_P(StatsTest, CountsCallsByTheirMethodAndStatus) {
  Get("a");
  Get("");
  const v1::StatsResponse stats = StatsOf(server_);
  for (const v1::MethodStats& method : stats.methods()) {
    if (method.method() != "Get") continue;
    EXPECT_EQ(method.service(), "cachestore.v1.CacheStore");
    EXPECT_THAT(method.ended(), UnorderedElementsAre(Pair("OK", 1), Pair("INVALID_ARGUMENT", 1)));
    EXPECT_EQ(method.latency().counts_size(), 21);
    EXPECT_GT(method.latency().sum_seconds(), 0);
    return;
  }
  FAIL() << "there is no Get among them";
}

TEST_P(StatsTest, SaysWhatMemoryHoldsAndHasDropped) {
  for (const char* key : {"a", "b", "c", "d"}) Set(key);
  const v1::MemoryStats memory = StatsOf(server_).namespaces(0).memory();
  EXPECT_EQ(memory.entries(), 3);
  EXPECT_EQ(memory.max_entries(), 3);
  EXPECT_EQ(memory.evicted_for_entries(), 1);
  EXPECT_GT(memory.bytes(), 0);
  EXPECT_LT(memory.bytes(), memory.max_bytes());
}

TEST_P(StatsTest, TheLastMinuteIsAsLongAsThereWasTime) {
  Set("there");
  Get("there");
  Get("absent");
  const v1::StatsResponse stats = StatsOf(server_, /*want_history=*/true);
  ASSERT_EQ(stats.windows_size(), 2) << "a minute and an hour";
  for (const v1::Window& window : stats.windows()) {
    EXPECT_EQ(window.calls(), 3) << "health and Stats itself are not counted";
    EXPECT_EQ(window.hits(), 1);
    EXPECT_EQ(window.misses(), 1);
    EXPECT_GT(window.p99(), 0);
    EXPECT_GE(window.p99(), window.p50());
    EXPECT_EQ(window.entries(), 1);
  }
  EXPECT_EQ(stats.steps_size(), 0) << "no step is over";
}

TEST_P(StatsTest, WithoutCallMetricsTheStoresAreThere) {
  TestServer server(*store_, GetParam(), {.measures_calls = false});
  const v1::StatsResponse stats = StatsOf(server);
  EXPECT_EQ(stats.methods_size(), 0);
  EXPECT_EQ(stats.namespaces_size(), 1);
}

TEST_P(StatsTest, BytesThatAreNoRequestAreRefused) {
  EXPECT_EQ(server_.CallRaw("/cachestore.v1.CacheAdmin/Stats", "\xff").error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

// Says why it does not answer.
class DownStore final : public UnscriptedStore {
 public:
  void Ping(const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(absl::UnavailableError("nobody is there"));
  }
};

TEST_P(StatsTest, SaysWhyItIsNotReady) {
  DownStore down;
  TestServer server(down, GetParam());
  const v1::StatsResponse stats = StatsOf(server);
  EXPECT_FALSE(stats.ready());
  EXPECT_EQ(stats.not_ready_reason(), "nobody is there");
}

// Over a cluster of which one node is down.
class ClusterStore final : public UnscriptedStore {
 public:
  StoreStats GetStats() const override {
    RedisStats redis = {.topology_changes = 2, .moved = 5, .asked = 1, .uncovered_slots = 8'192};
    for (const char* name : {"10.0.0.1:6379", "10.0.0.2:6379"}) {
      redis.nodes.emplace_back().node = name;
    }
    redis.nodes[0].is_connected = true;
    redis.nodes[0].connections = 1;
    redis.nodes[0].pipelined = 7;
    redis.nodes[1].failed_attempts = 9;
    return {.redis = redis};
  }
};

TEST_P(StatsTest, SaysOfEachNodeOfRedisHowItIs) {
  ClusterStore store;
  TestServer server(store, GetParam());
  const v1::RedisStats redis = StatsOf(server).namespaces(0).redis();
  ASSERT_EQ(redis.nodes_size(), 2);
  EXPECT_EQ(redis.nodes(0).node(), "10.0.0.1:6379");
  EXPECT_TRUE(redis.nodes(0).connected());
  EXPECT_EQ(redis.nodes(0).connections(), 1);
  EXPECT_EQ(redis.nodes(0).pipelined(), 7);
  EXPECT_EQ(redis.nodes(0).round_trips().counts_size(), 21);
  EXPECT_EQ(redis.nodes(1).node(), "10.0.0.2:6379");
  EXPECT_FALSE(redis.nodes(1).connected());
  EXPECT_EQ(redis.nodes(1).failed_attempts(), 9);
}

TEST_P(StatsTest, SaysHowTheTopologyOfRedisIsAndWasSeenToChange) {
  ClusterStore store;
  TestServer server(store, GetParam());
  const v1::RedisStats redis = StatsOf(server).namespaces(0).redis();
  EXPECT_EQ(redis.topology_changes(), 2);
  EXPECT_EQ(redis.moved(), 5);
  EXPECT_EQ(redis.asked(), 1);
  EXPECT_EQ(redis.uncovered_slots(), 8'192);
}

INSTANTIATE_TEST_SUITE_P(Over, StatsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
