// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/grpc_protocol.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace cachestore {
namespace {

// Room for every reply that could be in flight: windows are not what is measured.
constexpr int32_t kWindowBytes = int32_t{1} << 30;

constexpr size_t kFrameHeadBytes = 9;

// As grpc-status has it.
constexpr absl::string_view kResourceExhausted = "8";

nghttp2_nv Header(absl::string_view name, absl::string_view value) {
  const auto bytes = [](absl::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  // What is never copied outlives the session: literals, the script's path, and
  // the authorization.
  return {.name = bytes(name),
          .value = bytes(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

absl::string_view View(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

absl::Status ErrorOf(ssize_t code) {
  return absl::DataLossError(nghttp2_strerror(static_cast<int>(code)));
}

}  // namespace

// What nghttp2 calls. Each returns 0, or an error that ends the session.
struct GrpcProtocolCallbacks {
  using Call = GrpcProtocol::Call;

  static Call* CallOf(nghttp2_session* session, int32_t stream) {
    return static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream));
  }

  // How much of a request goes into the next frame.
  static ssize_t MeasureRequest(nghttp2_session* /*session*/, int32_t /*stream*/,
                                uint8_t* /*buffer*/, size_t most, uint32_t* flags,
                                nghttp2_data_source* source, void* /*self*/) {
    const Call& call = *static_cast<Call*>(source->ptr);
    const size_t size = std::min(most, call.unsent.size());
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (size == call.unsent.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  // Produces the frame that MeasureRequest measured.
  static int SendRequest(nghttp2_session* /*session*/, nghttp2_frame* /*frame*/,
                         const uint8_t* head, size_t size, nghttp2_data_source* source,
                         void* self) {
    Call& call = *static_cast<Call*>(source->ptr);
    absl::Cord& output = *static_cast<GrpcProtocol*>(self)->output_;
    output.Append(View(head, kFrameHeadBytes));
    output.Append(call.unsent.Subcord(0, size));
    call.unsent.RemovePrefix(size);
    return 0;
  }

  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t /*flags*/,
                      void* /*self*/) {
    if (View(name, name_size) != "grpc-status") return 0;
    if (Call* const call = CallOf(session, frame->hd.stream_id)) {
      call->status = std::string(View(value, value_size));
    }
    return 0;
  }

  static int OnData(nghttp2_session* session, uint8_t /*flags*/, int32_t stream,
                    const uint8_t* data, size_t size, void* /*self*/) {
    if (Call* const call = CallOf(session, stream)) {
      const absl::string_view expected = call->exchange->reply;
      const bool is_right =
          !call->is_wrong && View(data, size) == expected.substr(call->received, size);
      call->is_wrong = !is_right;
      if (is_right) call->received += size;
    }
    return 0;
  }

  static int OnStreamClosed(nghttp2_session* session, int32_t stream, uint32_t code, void* self) {
    if (Call* const call = CallOf(session, stream)) {
      static_cast<GrpcProtocol*>(self)->End(*call, code);
    }
    return 0;
  }
};

GrpcProtocol::GrpcProtocol(const CallScript& script, absl::string_view authorization,
                           CallObserver& observer)
    : script_(script), authorization_(authorization), observer_(observer) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &GrpcProtocolCallbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
                                                            &GrpcProtocolCallbacks::OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
                                                         &GrpcProtocolCallbacks::OnStreamClosed);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, &GrpcProtocolCallbacks::SendRequest);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry of_streams = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindowBytes};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &of_streams, 1);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
}

GrpcProtocol::~GrpcProtocol() { nghttp2_session_del(session_); }

void GrpcProtocol::Start(size_t number, int64_t due_ns) {
  const std::array headers = {
      Header(":method", "POST"),
      Header(":scheme", "http"),
      Header(":path", script_.path),
      Header(":authority", "cachestore"),
      Header("te", "trailers"),
      Header("content-type", "application/grpc"),
      Header("authorization", authorization_),
  };
  const size_t header_count = headers.size() - (authorization_.empty() ? 1 : 0);
  Call& call = *Take();
  call.exchange = &script_.exchanges[number];
  call.due_ns = due_ns;
  call.unsent = call.exchange->request;
  call.received = 0;
  call.is_wrong = false;
  call.status.clear();
  const nghttp2_data_provider body = {.source = {.ptr = &call},
                                      .read_callback = &GrpcProtocolCallbacks::MeasureRequest};
  const int32_t stream =
      nghttp2_submit_request(session_, nullptr, headers.data(), header_count, &body, &call);
  if (stream >= 0) return;
  idle_.push_back(&call);
  observer_.Ended(due_ns, nghttp2_strerror(stream));
}

absl::Status GrpcProtocol::Produce(absl::Cord& output) {
  output_ = &output;
  while (true) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) return ErrorOf(size);
    if (size == 0) return absl::OkStatus();
    output.Append(View(bytes, static_cast<size_t>(size)));
  }
}

absl::Status GrpcProtocol::Receive(absl::string_view bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) return ErrorOf(taken);
  if (nghttp2_session_want_read(session_) == 0) return absl::DataLossError("the session is over");
  return absl::OkStatus();
}

GrpcProtocol::Call* GrpcProtocol::Take() {
  if (idle_.empty()) return calls_.emplace_back(std::make_unique<Call>()).get();
  Call* const call = idle_.back();
  idle_.pop_back();
  return call;
}

void GrpcProtocol::End(Call& call, uint32_t code) {
  if (code == NGHTTP2_NO_ERROR && call.status == kResourceExhausted) {
    idle_.push_back(&call);
    observer_.Refused(call.due_ns);
    return;
  }
  std::string error;
  if (code != NGHTTP2_NO_ERROR) {
    error = nghttp2_http2_strerror(code);
  } else if (call.status != "0") {
    error = absl::StrCat("grpc-status '", call.status, "'");
  } else if (call.is_wrong || call.received < call.exchange->reply.size()) {
    error = "a wrong reply";
  }
  idle_.push_back(&call);
  observer_.Ended(call.due_ns, error);
}

}  // namespace cachestore
