// SPDX-License-Identifier: Apache-2.0
#include "tests/service/http2/peer.h"

#include <algorithm>
#include <array>

namespace cachestore::http2 {

struct Peer::Callbacks {
  static Peer& Self(void* self) { return *static_cast<Peer*>(self); }

  static int OnHeader(nghttp2_session* /*session*/, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t /*flags*/,
                      void* self) {
    Self(self).replies_[frame->hd.stream_id].fields.insert_or_assign(
        std::string(reinterpret_cast<const char*>(name), name_size),
        std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }

  static int OnData(nghttp2_session* /*session*/, uint8_t /*flags*/, int32_t stream,
                    const uint8_t* data, size_t size, void* self) {
    Self(self).replies_[stream].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }

  static int OnFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
    Peer& peer = Self(self);
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      peer.last_stream_ = frame->goaway.last_stream_id;
      peer.goaway_error_ = frame->goaway.error_code;
    } else if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
      ++peer.pings_;
    } else if (frame->hd.type == NGHTTP2_WINDOW_UPDATE) {
      ++peer.window_updates_[frame->hd.stream_id];
    }
    return 0;
  }

  static int OnClosed(nghttp2_session* /*session*/, int32_t stream, uint32_t error, void* self) {
    Self(self).replies_[stream].is_closed = true;
    Self(self).replies_[stream].error = error;
    return 0;
  }

  static ssize_t ReadBody(nghttp2_session* /*session*/, int32_t stream, uint8_t* buffer,
                          size_t size, uint32_t* flags, nghttp2_data_source* /*source*/,
                          void* self) {
    Body& body = Self(self).bodies_[stream];
    const size_t count = std::min(size, body.unsent.size());
    if (count == 0 && !body.is_last) return NGHTTP2_ERR_DEFERRED;
    body.unsent.copy(reinterpret_cast<char*>(buffer), count);
    body.unsent.erase(0, count);
    if (body.is_last && body.unsent.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Peer::Peer(uint32_t window_bytes, bool opens_windows) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::OnData);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::OnFrame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::OnClosed);
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  if (!opens_windows) nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_session_client_new2(&session_, callbacks, this, options);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
  const std::array<nghttp2_settings_entry, 1> settings = {
      {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes}}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

Peer::~Peer() { nghttp2_session_del(session_); }

Peer::Headers Peer::GrpcHeaders(const std::string& path) {
  return {{":method", "POST"},
          {":scheme", "http"},
          {":path", path},
          {":authority", "test"},
          {"content-type", "application/grpc"},
          {"te", "trailers"}};
}

std::string Peer::Framed(absl::string_view message) {
  const auto size = static_cast<uint32_t>(message.size());
  std::string framed = {0, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                        static_cast<char>(size >> 8), static_cast<char>(size)};
  framed.append(message.data(), message.size());
  return framed;
}

int32_t Peer::Send(const Headers& headers, std::string body, bool is_last) {
  std::vector<nghttp2_nv> values;
  for (const auto& [name, value] : headers) {
    values.push_back({.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                      .value = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())),
                      .namelen = name.size(),
                      .valuelen = value.size(),
                      .flags = NGHTTP2_NV_FLAG_NONE});
  }
  const nghttp2_data_provider provider = {.source = {.ptr = nullptr},
                                          .read_callback = Callbacks::ReadBody};
  const int32_t stream =
      nghttp2_submit_request(session_, nullptr, values.data(), values.size(), &provider, nullptr);
  bodies_[stream] = {std::move(body), is_last};
  return stream;
}

void Peer::SendMore(int32_t stream, absl::string_view body, bool is_last) {
  bodies_[stream].unsent.append(body.data(), body.size());
  bodies_[stream].is_last = is_last;
  nghttp2_session_resume_data(session_, stream);
}

std::string Peer::Take() {
  std::string bytes;
  const uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
    bytes.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
  }
  return bytes;
}

bool Peer::Receive(absl::string_view bytes) {
  return nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()),
                                  bytes.size()) == static_cast<ssize_t>(bytes.size());
}

}  // namespace cachestore::http2
