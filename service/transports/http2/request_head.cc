// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/request_head.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/transports/http2/grpc_timeout.h"

namespace cachestore::http2 {
namespace {

// What RFC 9113, 6.5.2 counts for a field beside its name and value.
constexpr size_t kFieldOverhead = 32;

constexpr int kMethodNotAllowed = 405;
constexpr int kUnsupportedMediaType = 415;

// "application/grpc", or that with a suffix or parameters. What the messages are made of is no
// concern of a transport.
bool IsGrpc(absl::string_view content_type) {
  return absl::ConsumePrefix(&content_type, "application/grpc") &&
         (content_type.empty() || content_type.front() == '+' || content_type.front() == ';');
}

// Fields of HTTP and of gRPC that no handler asks for.
bool IsOurOwn(absl::string_view name) {
  return name.front() == ':' || absl::StartsWith(name, "grpc-") || name == "te" ||
         name == "user-agent" || name == "content-length";
}

}  // namespace

void RequestHead::Clear() {
  bytes_ = 0;
  path_.clear();
  is_post_ = false;
  is_head_ = false;
  is_grpc_ = false;
  is_compressed_ = false;
  is_timeout_broken_ = false;
  timeout_.reset();
  metadata_.clear();
}

void RequestHead::Add(absl::string_view name, absl::string_view value) {
  bytes_ += name.size() + value.size() + kFieldOverhead;
  if (bytes_ > max_bytes_) return;
  if (name == ":path") {
    path_.assign(value.data(), value.size());
  } else if (name == ":method") {
    is_post_ = value == "POST";
    is_head_ = value == "HEAD";
  } else if (name == "content-type") {
    is_grpc_ = IsGrpc(value);
  } else if (name == "grpc-timeout") {
    timeout_ = ParseGrpcTimeout(value);
    is_timeout_broken_ = !timeout_.has_value();
  } else if (name == "grpc-encoding") {
    is_compressed_ = value != "identity";
  } else if (!IsOurOwn(name)) {
    metadata_.push_back({std::string(name), std::string(value)});
  }
}

std::optional<int> RequestHead::HttpError() const {
  if (bytes_ > max_bytes_) return std::nullopt;  // Nobody knows.
  if (!is_post_) return kMethodNotAllowed;
  if (!is_grpc_) return kUnsupportedMediaType;
  return std::nullopt;
}

absl::Status RequestHead::Check() const {
  if (bytes_ > max_bytes_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("metadata: is ", bytes_, " bytes; the limit is ", max_bytes_,
                     " bytes, of which each field takes 32 beside its name and value"));
  }
  if (is_compressed_) {
    return absl::UnimplementedError(
        "grpc-encoding: messages are not taken compressed; send them as they are (identity)");
  }
  if (is_timeout_broken_) {
    return absl::InternalError(
        "grpc-timeout: takes one to eight digits and one of the units H, M, S, m, u and n");
  }
  return absl::OkStatus();
}

}  // namespace cachestore::http2
