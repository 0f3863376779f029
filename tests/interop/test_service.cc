// SPDX-License-Identifier: Apache-2.0
#include "tests/interop/test_service.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "service/door/call.h"
#include "tests/interop/grpc/testing/messages.pb.h"

namespace cachestore {
namespace {

using grpc::testing::EchoStatus;
using grpc::testing::Payload;
using grpc::testing::SimpleRequest;
using grpc::testing::SimpleResponse;
using grpc::testing::StreamingInputCallRequest;
using grpc::testing::StreamingInputCallResponse;
using grpc::testing::StreamingOutputCallRequest;
using grpc::testing::StreamingOutputCallResponse;

template <typename Message>
std::optional<Message> Decode(const absl::Cord& bytes) {
  Message message;
  if (!message.ParseFromString(std::string(bytes))) return std::nullopt;
  return message;
}

template <typename Message>
absl::Cord Encode(const Message& message) {
  return absl::Cord(message.SerializeAsString());
}

absl::Status Malformed() {
  return absl::InvalidArgumentError("the bytes are no valid grpc.testing request message");
}

absl::Status StatusOf(const EchoStatus& status) {
  return {static_cast<absl::StatusCode>(status.code()), status.message()};
}

void Fill(int32_t size, Payload& payload) {
  payload.set_body(std::string(static_cast<size_t>(std::max(size, 0)), '\0'));
}

void EchoMetadata(ArrivedCall& call) {
  constexpr char kInitial[] = "x-grpc-test-echo-initial";
  constexpr char kTrailing[] = "x-grpc-test-echo-trailing-bin";
  if (const auto value = call.FindMetadata(kInitial)) call.AddInitialMetadata(kInitial, *value);
  if (const auto value = call.FindMetadata(kTrailing)) call.AddTrailingMetadata(kTrailing, *value);
}

void EmptyCall(Call& call) { call.Finish(absl::OkStatus(), {}); }

void UnaryCall(Call& call) {
  EchoMetadata(call);
  const auto request = Decode<SimpleRequest>(call.request());
  if (!request.has_value()) return call.Finish(Malformed(), {});
  SimpleResponse response;
  Fill(request->response_size(), *response.mutable_payload());
  if (request->fill_server_id()) response.set_server_id("interop_server");
  call.Finish(StatusOf(request->response_status()), Encode(response));
}

// Counts what comes.
class InputStream final : public StreamHandler {
 public:
  explicit InputStream(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

  void OnMessage(const absl::Cord& message) override {
    const auto request = Decode<StreamingInputCallRequest>(message);
    if (!request.has_value()) return stream_->Finish(Malformed());
    size_ += request->payload().body().size();
  }

  void OnHalfClose() override {
    StreamingInputCallResponse response;
    response.set_aggregated_payload_size(static_cast<int32_t>(size_));
    stream_->WriteLatest(Encode(response));
    stream_->Finish(absl::OkStatus());
  }

 private:
  const std::shared_ptr<Stream> stream_;
  size_t size_ = 0;
};

// Writes the responses that each request asks for.
class OutputStream final : public StreamHandler {
 public:
  enum class Begin { kAtOnce, kAtHalfClose };

  OutputStream(std::shared_ptr<Stream> stream, Begin begin)
      : stream_(std::move(stream)), begin_(begin) {}

  void OnMessage(const absl::Cord& message) override {
    const auto request = Decode<StreamingOutputCallRequest>(message);
    if (!request.has_value()) return stream_->Finish(Malformed());
    if (request->response_status().code() != 0) {
      return stream_->Finish(StatusOf(request->response_status()));
    }
    for (const auto& response : request->response_parameters()) sizes_.push_back(response.size());
    if (begin_ == Begin::kAtOnce) WriteNext();
  }

  void OnHalfClose() override {
    is_half_closed_ = true;
    WriteNext();
  }

  void OnSent() override { WriteNext(); }

 private:
  // One at a time, or else the stream would keep the latest alone.
  void WriteNext() {
    if (sizes_.empty()) {
      if (is_half_closed_) stream_->Finish(absl::OkStatus());
      return;
    }
    StreamingOutputCallResponse response;
    Fill(sizes_.front(), *response.mutable_payload());
    sizes_.pop_front();
    stream_->WriteLatest(Encode(response));
  }

  const std::shared_ptr<Stream> stream_;
  const Begin begin_;
  std::deque<int32_t> sizes_;  // Of responses that are still to be written.
  bool is_half_closed_ = false;
};

Method::Streaming Input() {
  return [](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
    EchoMetadata(*stream);
    return std::make_shared<InputStream>(std::move(stream));
  };
}

Method::Streaming Output(OutputStream::Begin begin) {
  return [begin](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
    EchoMetadata(*stream);
    return std::make_shared<OutputStream>(std::move(stream), begin);
  };
}

}  // namespace

MethodTable TestServiceMethods() {
  using Begin = OutputStream::Begin;
  return {
      {.path = "/grpc.testing.TestService/EmptyCall",
       .audience = Audience::Everyone(),
       .handle = EmptyCall},
      {.path = "/grpc.testing.TestService/UnaryCall",
       .audience = Audience::Everyone(),
       .handle = UnaryCall},
      {.path = "/grpc.testing.TestService/CacheableUnaryCall",
       .audience = Audience::Everyone(),
       .handle = UnaryCall},
      {.path = "/grpc.testing.TestService/StreamingInputCall",
       .audience = Audience::Everyone(),
       .handle = Input()},
      {.path = "/grpc.testing.TestService/StreamingOutputCall",
       .audience = Audience::Everyone(),
       .handle = Output(Begin::kAtOnce)},
      {.path = "/grpc.testing.TestService/FullDuplexCall",
       .audience = Audience::Everyone(),
       .handle = Output(Begin::kAtOnce)},
      {.path = "/grpc.testing.TestService/HalfDuplexCall",
       .audience = Audience::Everyone(),
       .handle = Output(Begin::kAtHalfClose)},
  };
}

}  // namespace cachestore
