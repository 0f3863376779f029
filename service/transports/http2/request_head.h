// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_REQUEST_HEAD_H_
#define SERVICE_TRANSPORTS_HTTP2_REQUEST_HEAD_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/transports/http2/metadata.h"

namespace cachestore::http2 {

// What the header fields of a request say to gRPC, and whether it may be served
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). One serves request after
// request, so that the fields that each has cost no memory. That they are valid HTTP/2 was checked
// before.
class RequestHead {
 public:
  // As SETTINGS_MAX_HEADER_LIST_SIZE counts: names, values, and 32 bytes for each.
  explicit RequestHead(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Forgets the request before.
  void Clear();

  void Add(absl::string_view name, absl::string_view value);

  // The fields are so much larger than they may be that nobody needs to see the others.
  bool is_hopeless() const { return bytes_ > 4 * max_bytes_; }

  const std::string& path() const { return path_; }
  std::optional<absl::Duration> timeout() const { return timeout_; }

  // What gRPC itself does not use.
  const Fields& metadata() const { return metadata_; }
  Fields TakeMetadata() { return std::move(metadata_); }

  // If this is no gRPC request: the HTTP status that says so. Null if it is one.
  std::optional<int> HttpError() const;

  // Whether the reply must have no body.
  bool is_head() const { return is_head_; }

  // Why this gRPC request cannot be served, if so:
  //   RESOURCE_EXHAUSTED  its fields are larger than they may be
  //   UNIMPLEMENTED       its messages are compressed
  //   INTERNAL            its timeout is none
  absl::Status Check() const;

  // Whether Check() refuses an encoding, so that the answer has to name those that there are.
  bool is_compressed() const { return is_compressed_; }

 private:
  const size_t max_bytes_;
  size_t bytes_ = 0;
  std::string path_;
  bool is_post_ = false;
  bool is_head_ = false;  // HTTP's method of that name.
  bool is_grpc_ = false;  // By its content-type.
  bool is_compressed_ = false;
  bool is_timeout_broken_ = false;
  std::optional<absl::Duration> timeout_;
  Fields metadata_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_REQUEST_HEAD_H_
