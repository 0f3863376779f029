// SPDX-License-Identifier: Apache-2.0

// Peers that harm by what they do not do: they say nothing, do not go on, do not read, do not
// answer.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/frame_client.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using SilentPeerTest = TransportTest;

// gRPC gives 5 s, http2 10 s.
TEST_P(SilentPeerTest, WhoeverDoesNotBeginIsHungUpOn) {
  RunningServer server(GetParam());
  FrameClient silent(server.address(), "");
  FrameClient halfway(server.address(), FrameClient::Greeting().substr(0, 10));
  EXPECT_TRUE(silent.AwaitEnd());
  EXPECT_TRUE(halfway.AwaitEnd());
}

TEST_P(SilentPeerTest, WhoeverDoesNotGoOnWithTlsIsHungUpOn) {
  TestCertificates certificates;
  const TestCertificates::Pair pair = certificates.Sign("server", "IP:127.0.0.1");
  RunningServer server(GetParam(), {"--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
  FrameClient silent(server.address(), "");
  // The head of a ClientHello of 512 bytes.
  FrameClient halfway(server.address(), absl::string_view("\x16\3\1\2\0\1\0\1\xfc\3\3", 11));
  EXPECT_TRUE(silent.AwaitEnd());
  EXPECT_TRUE(halfway.AwaitEnd());
}

// gRPC after 10 s in which the peer's kernel takes nothing, http2 after 30 s.
TEST_P(SilentPeerTest, WhoeverReadsNothingIsHungUpOn) {
  RunningServer server(GetParam());
  v1::SetRequest set;
  set.set_key("key");
  set.set_value(std::string(size_t{1} << 20, 'v'));
  grpc::ClientContext context;
  v1::SetResponse stored;
  ASSERT_TRUE(server.cache().Set(&context, set, &stored).ok());
  const ptrdiff_t before = server.descriptors();
  FrameClient peer(server.address());
  // Its windows are open; only its socket is not read.
  peer.Send(FrameClient::Encode(
      {.type = FrameClient::kSettings, .payload = std::string("\0\4\x7f\xff\xff\xff", 6)}));
  peer.Send(FrameClient::Encode(
      {.type = FrameClient::kWindowUpdate, .payload = std::string("\x7f\0\0\0", 4)}));
  constexpr uint32_t kCalls = 90;
  for (uint32_t i = 0; i < kCalls; ++i) {
    peer.Send(FrameClient::CallOf(2 * i + 1, "/cachestore.v1.CacheStore/Get", "\n\3key"));
  }
  ASSERT_TRUE(AwaitUntil([&] { return server.descriptors() > before; })) << "it is accepted";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(80);
  while (server.descriptors() > before && std::chrono::steady_clock::now() < deadline) {
    ASSERT_TRUE(server.Ping().ok());
  }
  EXPECT_EQ(server.descriptors(), before);
}

// http2 asks after 2 min; lifetime_test has that.
TEST(SilentGrpcPeerTest, WhoeverDoesNotAnswerPingsIsHungUpOn) {
  RunningServer server(TransportKind::kGrpc);
  FrameClient idle(server.address());
  FrameClient calling(server.address());
  calling.Send(
      FrameClient::Encode({.type = FrameClient::kHeaders,
                           .flags = FrameClient::kEndHeaders,
                           .stream = 1,
                           .payload = FrameClient::FieldsOf("/cachestore.v1.CacheStore/Ping")}));
  EXPECT_TRUE(idle.AwaitEnd(std::chrono::seconds(80)));
  EXPECT_TRUE(calling.AwaitEnd(std::chrono::seconds(80)));
}

INSTANTIATE_TEST_SUITE_P(Over, SilentPeerTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
