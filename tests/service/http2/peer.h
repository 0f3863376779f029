// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_HTTP2_PEER_H_
#define TESTS_SERVICE_HTTP2_PEER_H_

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// The client's side of an HTTP/2 connection in memory (nghttp2), for tests: what it sends is taken
// by Take, and what it is to receive is given to Receive.
class Peer {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // What came on a stream.
  struct Reply {
    std::map<std::string, std::string> fields;  // Of head and trailers.
    std::string body;
    bool is_closed = false;
    uint32_t error = NGHTTP2_NO_ERROR;  // It was closed with.

    std::string status() const { return Field("grpc-status"); }
    std::string message() const { return Field("grpc-message"); }
    std::string Field(const std::string& name) const {
      const auto field = fields.find(name);
      return field == fields.end() ? "" : field->second;
    }
  };

  // `window_bytes`: what may come to each stream before this has opened its window further.
  explicit Peer(uint32_t window_bytes = 65'535, bool opens_windows = true);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // The fields of a gRPC request.
  static Headers GrpcHeaders(const std::string& path);
  // A message with its prefix.
  static std::string Framed(absl::string_view message);

  // Sends a whole request; or without `is_last` its begin, and then more of it. The stream's
  // number.
  int32_t Send(const Headers& headers, std::string body, bool is_last = true);
  void SendMore(int32_t stream, absl::string_view body, bool is_last);

  int32_t Call(const std::string& path, absl::string_view message) {
    return Send(GrpcHeaders(path), Framed(message));
  }

  nghttp2_session* session() { return session_; }
  Reply& reply(int32_t stream) { return replies_[stream]; }

  // The last stream that the server will answer; null while it has not sent GOAWAY.
  std::optional<int32_t> last_stream() const { return last_stream_; }
  std::optional<uint32_t> goaway_error() const { return goaway_error_; }
  int pings() const { return pings_; }
  int window_updates(int32_t stream) { return window_updates_[stream]; }

  // All bytes to send, as far as windows allow.
  std::string Take();
  // False if they are no HTTP/2.
  bool Receive(absl::string_view bytes);

 private:
  struct Callbacks;

  struct Body {
    std::string unsent;
    bool is_last = false;
  };

  nghttp2_session* session_ = nullptr;
  std::map<int32_t, Body> bodies_;
  std::map<int32_t, Reply> replies_;
  std::optional<int32_t> last_stream_;
  std::optional<uint32_t> goaway_error_;
  int pings_ = 0;
  std::map<int32_t, int> window_updates_;
};

}  // namespace cachestore::http2

#endif  // TESTS_SERVICE_HTTP2_PEER_H_
