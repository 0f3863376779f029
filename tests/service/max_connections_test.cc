// SPDX-License-Identifier: Apache-2.0

// How many connections there may be at a time.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protos/admin.grpc.pb.h"
#include "protos/cache.grpc.pb.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/test_server.h"
#include "tests/testing/await_until.h"

namespace cachestore {
namespace {

grpc::Status Ping(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  v1::PingResponse response;
  return v1::CacheStore::NewStub(channel)->Ping(&context, {}, &response);
}

// As CacheAdmin tells it.
std::string CountedBy(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  v1::StatsResponse stats;
  const grpc::Status status = v1::CacheAdmin::NewStub(channel)->Stats(&context, {}, &stats);
  EXPECT_TRUE(status.ok()) << status.error_message();
  const v1::ConnectionStats& connections = stats.connections();
  return absl::StrCat(connections.open(), " of ", connections.max_open(), ", ",
                      connections.refused() > 0 ? "some" : "none", " refused");
}

TEST(MaxConnectionsTest, WhoComesWhenThereAreEnoughIsHungUpOnUntilOneGoes) {
  const auto store = MemoryCacheStore::Create({}).value();
  TestServer server(*store, TransportKind::kHttp2, {.max_connections = 2});
  const auto first = server.NewChannel();
  auto second = server.NewChannel();
  ASSERT_TRUE(Ping(first).ok());
  ASSERT_TRUE(Ping(second).ok());
  EXPECT_EQ(CountedBy(first), "2 of 2, none refused");
  EXPECT_EQ(Ping(server.NewChannel()).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ping(first).ok()) << "the others are served as before";
  EXPECT_EQ(CountedBy(first), "2 of 2, some refused");
  second.reset();
  EXPECT_TRUE(AwaitUntil([&] { return Ping(server.NewChannel()).ok(); }))
      << "that one has gone is heard a little later";
  EXPECT_TRUE(AwaitUntil([&] { return CountedBy(first) == "1 of 2, some refused"; }));
}

TEST(MaxConnectionsTest, GrpcHasNoBound) {
  const auto store = MemoryCacheStore::Create({}).value();
  TestServer server(*store, TransportKind::kGrpc);
  EXPECT_EQ(CountedBy(server.NewChannel()), "1 of 0, none refused");
}

}  // namespace
}  // namespace cachestore
