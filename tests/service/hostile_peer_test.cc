// SPDX-License-Identifier: Apache-2.0

// One connection that means harm, over each transport: whatever it sends, the process lives, the
// others are served, and its memory has a cap. Where gRPC 1.51.1 cannot shed it, this says so, as
// does docs/security.md.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/frame_client.h"
#include "tests/service/old_grpc.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/resident_bytes.h"

namespace cachestore {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kFlood = 2 * kMiB;

constexpr char kPing[] = "/cachestore.v1.CacheStore/Ping";

// What becomes of a connection. When it is served on, that is at full cost: nothing is shed.
enum class Fate { kHungUp, kServed };

void PrintTo(Fate fate, std::ostream* out) {
  *out << (fate == Fate::kHungUp ? "the server hung up" : "the server serves it on");
}

class HostilePeerTest : public TransportTest {
 protected:
  // What the process may have in RAM at any time.
  size_t cap_ = IsHttp2() ? 64 * kMiB : 128 * kMiB;

  bool IsHttp2() const { return GetParam() == TransportKind::kHttp2; }
  // What becomes of one over either transport. Of newer libraries it is not pinned what gRPC does,
  // nor that nghttp2 is as patient: only that others are served beside it, within the memory.
  testing::Matcher<Fate> Expected(Fate old_grpc, Fate http2) const {
    const bool is_pinned = kIsOldGrpc || (IsHttp2() && http2 == Fate::kHungUp);
    if (!is_pinned) return testing::_;
    return IsHttp2() ? http2 : old_grpc;
  }
  testing::Matcher<Fate> Expected(Fate fate) const { return Expected(fate, fate); }

  // A client that has agreed to the server's settings.
  std::unique_ptr<FrameClient> Connect() {
    auto peer = std::make_unique<FrameClient>(server_.address());
    peer->Await(FrameClient::kSettings);
    peer->Send(FrameClient::Encode({.type = FrameClient::kSettings, .flags = FrameClient::kAck}));
    return peer;
  }

  // Sends `most_bytes` of frames, the i-th as `frame` makes it, or as many as the server takes.
  static void Push(FrameClient& peer, size_t most_bytes,
                   const std::function<std::string(uint32_t i)>& frame) {
    constexpr size_t kAtATime = 16'384;
    size_t sent = 0;
    for (uint32_t i = 0; sent < most_bytes;) {
      std::string frames;
      while (frames.size() < kAtATime) frames += frame(i++);
      if (!peer.Push(frames)) return;
      sent += frames.size();
    }
  }

  static Fate FateOf(FrameClient& peer) { return peer.IsServed() ? Fate::kServed : Fate::kHungUp; }

  Fate FateOfFlood(size_t most_bytes, const std::function<std::string(uint32_t i)>& frame) {
    const auto peer = Connect();
    Push(*peer, most_bytes, frame);
    return FateOf(*peer);
  }

  Fate FateOfFlood(uint8_t type, uint32_t stream, absl::string_view payload) {
    std::string frame =
        FrameClient::Encode({.type = type, .stream = stream, .payload = std::string(payload)});
    return FateOfFlood(kFlood, [frame = std::move(frame)](uint32_t) { return frame; });
  }

  // Of one that makes calls with these fields.
  Fate FateOfCalls(const std::vector<std::string>& blocks) {
    const auto peer = Connect();
    uint32_t stream = 1;
    for (const std::string& block : blocks) {
      if (!peer->Push(Headers(stream, block))) break;
      stream += 2;
    }
    return FateOf(*peer);
  }

  static std::string Headers(uint32_t stream, const std::string& block) {
    return FrameClient::Encode({.type = FrameClient::kHeaders,
                                .flags = FrameClient::kEndHeaders | FrameClient::kEndStream,
                                .stream = stream,
                                .payload = block});
  }

  // More than a call's metadata may have.
  static std::string ManyFields() {
    std::string fields;
    for (int i = 0; i < 100; ++i) {
      fields += FrameClient::Field(absl::StrCat("field", i), std::string(140, 'v'));
    }
    return fields;
  }

  void TearDown() override {
    ExpectServed(*v1::CacheStore::NewStub(NewChannel()));
    ExpectServed(server_.cache());
    EXPECT_LT(PeakResidentBytes(server_.process().pid()), cap_);
  }

  // On a connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(server_.address(), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  RunningServer server_{GetParam()};

 private:
  static void ExpectServed(v1::CacheStore::Stub& stub) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.set_wait_for_ready(true);
    v1::GetRequest request;
    request.set_key("key");
    v1::GetResponse response;
    const grpc::Status status = stub.Get(&context, request, &response);
    EXPECT_TRUE(status.ok()) << "others are not served: " << status.error_message();
  }
};

TEST_P(HostilePeerTest, AFloodOfPingsEndsTheConnection) {
  EXPECT_THAT(FateOfFlood(FrameClient::kPing, 0, "12345678"), Expected(Fate::kHungUp));
}

// gRPC 1.51.1 counts PINGs alone.
TEST_P(HostilePeerTest, AFloodOfFramesThatAskForNothingEndsTheConnectionOverHttp2) {
  const testing::Matcher<Fate> expected = Expected(Fate::kServed, Fate::kHungUp);
  const absl::string_view one("\0\0\0\1", 4);
  EXPECT_THAT(FateOfFlood(FrameClient::kSettings, 0, ""), expected);
  EXPECT_THAT(FateOfFlood(FrameClient::kPriority, 1, absl::string_view("\0\0\0\0\x10", 5)),
              expected);
  EXPECT_THAT(FateOfFlood(FrameClient::kWindowUpdate, 0, one), expected);
  EXPECT_THAT(FateOfFlood(FrameClient::kReset, 1, one), expected);
}

TEST_P(HostilePeerTest, AFloodOfFramesOfNoKnownTypeIsReadAndForgotten) {
  EXPECT_THAT(FateOfFlood(0xee, 0, "anything"), Expected(Fate::kServed));
}

TEST_P(HostilePeerTest, AWindowUpdateOfNothingEndsTheConnection) {
  EXPECT_THAT(FateOfFlood(FrameClient::kWindowUpdate, 0, absl::string_view("\0\0\0\0", 4)),
              Expected(Fate::kHungUp));
}

// Both are errors by RFC 9113, 6.3 and 6.9.1, that gRPC 1.51.1 does not see.
TEST_P(HostilePeerTest, AWindowBeyondTheLargestAndABadPriorityEndTheConnectionOverHttp2) {
  const testing::Matcher<Fate> expected = Expected(Fate::kServed, Fate::kHungUp);
  EXPECT_THAT(FateOfFlood(FrameClient::kWindowUpdate, 0, "\x7f\xff\xff\xff"), expected);
  EXPECT_THAT(FateOfFlood(FrameClient::kPriority, 1, "123456"), expected);
}

// CVE-2023-44487. http2 has answered a call before it reads that it is cancelled. gRPC 1.51.1 has
// not: cancelled calls do not count as open, each keeps 8 KiB until its turn comes, and nothing
// bounds how many wait.
TEST_P(HostilePeerTest, RapidResetsAreServedAtTheCostOfCalls) {
  if (!IsHttp2()) cap_ = 384 * kMiB;
  EXPECT_THAT(FateOfFlood(kFlood,
                          [](uint32_t i) {
                            const uint32_t stream = 2 * i + 1;
                            return absl::StrCat(
                                FrameClient::CallOf(stream, kPing, ""),
                                FrameClient::Encode({.type = FrameClient::kReset,
                                                     .stream = stream,
                                                     .payload = std::string("\0\0\0\x08", 4)}));
                          }),
              Expected(Fate::kServed));
}

std::string BegunCall(uint32_t i) {
  return FrameClient::Encode({.type = FrameClient::kHeaders,
                              .flags = FrameClient::kEndHeaders,
                              .stream = 2 * i + 1,
                              .payload = FrameClient::FieldsOf(kPing)});
}

TEST_P(HostilePeerTest, MoreOpenCallsThanWereAgreedToEndTheConnection) {
  EXPECT_THAT(FateOfFlood(kFlood, BegunCall), Expected(Fate::kHungUp));
}

// gRPC 1.51.1 does not count the calls of a peer that never acknowledges its SETTINGS.
TEST_P(HostilePeerTest, MoreOpenCallsThanAreOfferedAreRefusedOverHttp2) {
  if (!IsHttp2()) cap_ = 384 * kMiB;
  FrameClient peer(server_.address());
  Push(peer, kFlood, BegunCall);
  EXPECT_THAT(FateOf(peer), Expected(Fate::kServed));
}

// CVE-2023-33953. gRPC 1.51.1 keeps all fields of a block until they are all there; its quota ends
// that.
TEST_P(HostilePeerTest, HeadersThatNeverEndEndTheConnection) {
  if (!IsHttp2()) cap_ = 512 * kMiB;
  const auto peer = Connect();
  Push(*peer, 96 * kMiB, [](uint32_t i) {
    return FrameClient::Encode({.type = i == 0 ? FrameClient::kHeaders : FrameClient::kContinuation,
                                .stream = 1,
                                .payload = FrameClient::Field("x", "y")});
  });
  if (IsHttp2() || kIsOldGrpc) {
    EXPECT_TRUE(peer->AwaitEnd());
  }
}

// gRPC 1.51.1 reads on.
TEST_P(HostilePeerTest, ContinuationsOfNothingEndTheConnectionOverHttp2) {
  const auto peer = Connect();
  Push(*peer, kFlood, [](uint32_t i) {
    return FrameClient::Encode({.type = i == 0 ? FrameClient::kHeaders : FrameClient::kContinuation,
                                .stream = 1,
                                .payload = i == 0 ? FrameClient::FieldsOf(kPing) : ""});
  });
  peer->Push(FrameClient::Encode(
      {.type = FrameClient::kContinuation, .flags = FrameClient::kEndHeaders, .stream = 1}));
  EXPECT_THAT(FateOf(*peer), Expected(Fate::kServed, Fate::kHungUp));
}

// CVE-2023-33953, too: a string whose length is said to be 2 GiB, and a length of endless zeros.
// gRPC 1.51.1 reads all that came of it again with each frame, and nobody else is served meanwhile.
TEST_P(HostilePeerTest, AStringOrALengthThatNeverEndsEndsTheConnectionOverHttp2) {
  const absl::string_view endless_string("\0\1x\x7f\x80\xff\xff\xff\x07", 9);
  const absl::string_view endless_length("\0\1x\x7f", 4);
  for (const auto& [field, more] :
       {std::pair(endless_string, 'v'), std::pair(endless_length, '\x80')}) {
    const auto peer = Connect();
    Push(*peer, kFlood, [field = field, more = more](uint32_t i) {
      return FrameClient::Encode(
          {.type = i == 0 ? FrameClient::kHeaders : FrameClient::kContinuation,
           .stream = 1,
           .payload = absl::StrCat(i == 0 ? field : "", std::string(16'000, more))});
    });
    if (IsHttp2()) {
      EXPECT_TRUE(peer->AwaitEnd()) << int{more};
    }
  }
}

// A field of 4,000 bytes is remembered once, and then named by a byte each.
TEST_P(HostilePeerTest, HpackBombsEndTheConnection) {
  EXPECT_THAT(FateOfFlood(10 * kMiB,
                          [](uint32_t i) {
                            const std::string first =
                                FrameClient::RememberedField("x", std::string(4'000, 'v'));
                            return Headers(2 * i + 1, absl::StrCat(i == 0 ? first : "",
                                                                   std::string(12'000, '\xbe')));
                          }),
              Expected(Fate::kHungUp));
}

// CVE-2023-1428: later gRPC aborts, as it writes down for a log what it has of a head that is too
// large. 1.51.1 does not write that down.
TEST_P(HostilePeerTest, FieldsThatCannotBeReadInAHeadThatIsTooLargeAbortNothing) {
  const std::string call = FrameClient::FieldsOf(kPing);
  for (const std::string& field :
       {FrameClient::Field("te", "x"), FrameClient::Field(":scheme", "x"),
        FrameClient::Field("grpclb_client_stats", "x")}) {
    FateOfCalls({absl::StrCat(call, field, ManyFields())});
    FateOfCalls({absl::StrCat(field, call, ManyFields())});
    FateOfCalls({absl::StrCat(field, call)});
  }
}

// CVE-2023-32731: gRPC 1.51.1 skips the rest of such a head, and so forgets what it was to remember
// of it. Behind a proxy, calls of others are on the same connection.
TEST_P(HostilePeerTest, AHeadThatIsTooLargeIsReadToItsEndOverHttp2) {
  const std::string call = FrameClient::FieldsOf(kPing);
  EXPECT_THAT(
      FateOfCalls({absl::StrCat(call, ManyFields(), FrameClient::RememberedField("later", "v")),
                   absl::StrCat(call, "\xbe")}),
      Expected(Fate::kHungUp, Fate::kServed));
}

// CVE-2023-32732: gRPC 1.51.1 hangs up, on whoever else has calls on that connection, too.
TEST_P(HostilePeerTest, BinaryMetadataThatIsNotBase64EndsNoConnectionOverHttp2) {
  EXPECT_THAT(FateOfCalls({absl::StrCat(FrameClient::FieldsOf(kPing),
                                        FrameClient::Field("data-bin", "!!!"))}),
              Expected(Fate::kHungUp, Fate::kServed));
}

// CVE-2024-7246: later gRPC takes the field after a bad one for bad, and remembers that.
TEST_P(HostilePeerTest, AFieldThatIsRememberedAfterABadOneIsGood) {
  const std::string call = FrameClient::FieldsOf(kPing);
  EXPECT_THAT(FateOfCalls({absl::StrCat(call, FrameClient::Field("grpc-timeout", "!!!"),
                                        FrameClient::RememberedField("later", "v")),
                           absl::StrCat(call, "\xbe")}),
              Expected(Fate::kServed));
}

TEST_P(HostilePeerTest, ACompressedMessageIsRefusedBeforeItIsInflated) {
  v1::SetRequest request;
  request.set_key("key");
  request.set_value(std::string(256 * kMiB, '\0'));  // 256 KiB as they come.
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::SetResponse response;
  const grpc::Status status = server_.cache().Set(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
}

// gRPC 1.51.1 looks at a message's size when it has all of it. Its quota resets those that take
// most.
TEST_P(HostilePeerTest, MessagesOfAnySizeTakeABoundedShareOfMemory) {
  if (!IsHttp2()) cap_ = 1024 * kMiB;
  constexpr size_t kCalls = 90;
  const grpc::Slice part(std::string(64 * kMiB, 'v'));
  const grpc::ByteBuffer message(&part, 1);
  grpc::GenericStub stub(NewChannel());
  grpc::CompletionQueue queue;
  struct PendingCall {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  };
  std::vector<PendingCall> calls(kCalls);
  for (PendingCall& call : calls) {
    call.reader =
        stub.PrepareUnaryCall(&call.context, "/cachestore.v1.CacheStore/Set", message, &queue);
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
  }
  for (size_t i = 0; i < kCalls; ++i) {
    void* call = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&call, &ok));
    EXPECT_FALSE(static_cast<PendingCall*>(call)->status.ok()) << "it was larger than allowed";
  }
}

INSTANTIATE_TEST_SUITE_P(Over, HostilePeerTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
