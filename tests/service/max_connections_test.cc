// SPDX-License-Identifier: Apache-2.0

// How many connections there may be at a time.
#include <grpcpp/grpcpp.h>

#include <memory>

#include "gtest/gtest.h"
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

TEST(MaxConnectionsTest, WhoComesWhenThereAreEnoughIsHungUpOnUntilOneGoes) {
  const auto store = MemoryCacheStore::Create({}).value();
  TestServer server(*store, TransportKind::kHttp2, {.max_connections = 2});
  const auto first = server.NewChannel();
  auto second = server.NewChannel();
  ASSERT_TRUE(Ping(first).ok());
  ASSERT_TRUE(Ping(second).ok());
  EXPECT_EQ(Ping(server.NewChannel()).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ping(first).ok()) << "the others are served as before";
  second.reset();
  EXPECT_TRUE(AwaitUntil([&] { return Ping(server.NewChannel()).ok(); }))
      << "that one has gone is heard a little later";
}

}  // namespace
}  // namespace cachestore
