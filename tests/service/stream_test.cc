// SPDX-License-Identifier: Apache-2.0

// A stream of each transport, under a handler of the test, over a real channel.
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/door/door.h"
#include "service/transports/grpc/grpc_transport.h"
#include "service/transports/http2/http2_transport.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using StreamTest = TransportTest;

constexpr char kPath[] = "/test.Service/Method";

class SilentHandler final : public StreamHandler {
 public:
  void OnMessage(const absl::Cord& /*message*/) override {}
  void OnHalfClose() override {}
};

absl::StatusOr<std::unique_ptr<Transport>> Start(TransportKind kind, Door& door,
                                                 size_t max_receive_bytes) {
  const TransportOptions options = {
      .listen = {"127.0.0.1:0"}, .threads = 2, .max_receive_bytes = max_receive_bytes};
  if (kind == TransportKind::kHttp2) return Http2Transport::Start(options, door);
  return GrpcTransport::Start(options, door);
}

using Caller = grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

std::shared_ptr<grpc::Channel> ChannelTo(const Transport& transport) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(transport.addresses().front(),
                                   grpc::InsecureChannelCredentials(), arguments);
}

// A stream of kPath.
std::unique_ptr<Caller> Open(grpc::Channel& channel, grpc::ClientContext& context) {
  using Callers = grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>;
  const grpc::internal::RpcMethod method(kPath, grpc::internal::RpcMethod::BIDI_STREAMING);
  return std::unique_ptr<Caller>(Callers::Create(&channel, method, &context));
}

// Counts down, each number once the one before is sent.
class CountdownHandler final : public StreamHandler {
 public:
  explicit CountdownHandler(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  void OnMessage(const absl::Cord& /*message*/) override { Write(); }
  void OnSent() override { Write(); }
  void OnHalfClose() override {}

 private:
  void Write() {
    if (left_ == 0) return stream_->Finish(absl::OkStatus());
    stream_->WriteLatest(absl::Cord(std::string(left_--, 'm')));
  }

  const std::shared_ptr<Stream> stream_;
  size_t left_ = 5;
};

TEST_P(StreamTest, AHandlerThatWritesWhenAllIsSentLosesNothing) {
  Door door({{.path = kPath,
              .audience = Audience::Everyone(),
              .handle = [](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
                return std::make_shared<CountdownHandler>(std::move(stream));
              }}});
  const auto transport = Start(GetParam(), door, /*max_receive_bytes=*/100);
  ASSERT_TRUE(transport.ok()) << transport.status();
  const auto channel = ChannelTo(**transport);
  grpc::ClientContext context;
  const std::unique_ptr<Caller> caller = Open(*channel, context);
  const grpc::Slice slice("begin");
  ASSERT_TRUE(caller->Write(grpc::ByteBuffer(&slice, 1)));
  std::vector<size_t> sizes;
  grpc::ByteBuffer read;
  while (caller->Read(&read)) sizes.push_back(read.Length());
  EXPECT_THAT(sizes, testing::ElementsAre(5, 4, 3, 2, 1));
  EXPECT_TRUE(caller->Finish().ok());
}

TEST_P(StreamTest, OfWhatWaitsForACallerWhoDoesNotReadOnlyTheLatestIsKept) {
  std::promise<std::shared_ptr<Stream>> arrived;
  Door door({{.path = kPath,
              .audience = Audience::Everyone(),
              .handle = [&](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
                arrived.set_value(std::move(stream));
                return std::make_shared<SilentHandler>();
              }}});
  const auto transport = Start(GetParam(), door, /*max_receive_bytes=*/0);
  ASSERT_TRUE(transport.ok()) << transport.status();
  const auto channel = ChannelTo(**transport);
  grpc::ClientContext context;
  const std::unique_ptr<Caller> caller = Open(*channel, context);

  // Each larger than what the transport sends to a caller who does not read, and told by its size.
  constexpr size_t kLarge = size_t{4} << 20;
  constexpr size_t kWrites = 50;
  const std::shared_ptr<Stream> stream = arrived.get_future().get();
  absl::Cord message(std::string(kLarge, 'm'));
  for (size_t i = 0; i < kWrites; ++i) {
    message.Append("m");
    stream->WriteLatest(message);
  }
  stream->Finish(absl::OkStatus());

  std::vector<size_t> sizes;
  grpc::ByteBuffer read;
  while (caller->Read(&read)) sizes.push_back(read.Length());
  EXPECT_THAT(sizes, testing::ElementsAre(kLarge + 1, kLarge + kWrites))
      << "the one that was being sent, and the latest";
  EXPECT_TRUE(caller->Finish().ok());
}

INSTANTIATE_TEST_SUITE_P(Over, StreamTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
