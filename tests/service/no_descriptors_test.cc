// SPDX-License-Identifier: Apache-2.0

// So many peers that no descriptor is left for another.
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/frame_client.h"
#include "tests/service/old_grpc.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"

namespace cachestore {
namespace {

using NoDescriptorsTest = TransportTest;

// Whether the server answers on a new connection.
bool IsServedAnew(RunningServer& server, std::chrono::seconds most) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = v1::CacheStore::NewStub(
      grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + most);
  context.set_wait_for_ready(true);
  v1::PingResponse response;
  return stub->Ping(&context, {}, &response).ok();
}

// CVE-2023-4785: gRPC 1.51.1 never accepts again once it has had no descriptor for a connection.
// Those that it has are served on.
TEST_P(NoDescriptorsTest, AllButAnOldGrpcAcceptAgainAsSoonAsThereIsOne) {
  RunningServer server(GetParam());
  ASSERT_TRUE(server.Ping().ok());
  const ptrdiff_t before = server.descriptors();
  constexpr ptrdiff_t kMost = 64;
  const rlimit limit = {.rlim_cur = kMost, .rlim_max = kMost};
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
  {
    std::vector<std::unique_ptr<FrameClient>> peers;
    for (ptrdiff_t i = 0; i < kMost; ++i) {
      peers.push_back(std::make_unique<FrameClient>(server.address()));
    }
    // http2 keeps one free, to hang up on those who come then.
    ASSERT_TRUE(AwaitUntil([&] { return server.descriptors() >= kMost - 1; }))
        << "too few of them are accepted";
    EXPECT_TRUE(server.Ping().ok()) << "those who were there before are served";
  }
  ASSERT_TRUE(AwaitUntil([&] { return server.descriptors() <= before + 1; })) << "all have gone";
  if (GetParam() == TransportKind::kGrpc && kIsOldGrpc) {
    EXPECT_FALSE(IsServedAnew(server, std::chrono::seconds(2))) << "gRPC is better than we say";
  } else {
    EXPECT_TRUE(IsServedAnew(server, std::chrono::seconds(20)));
  }
  EXPECT_TRUE(server.Ping().ok());
}

INSTANTIATE_TEST_SUITE_P(Over, NoDescriptorsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
