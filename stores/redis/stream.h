// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_STREAM_H_
#define STORES_REDIS_STREAM_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore::redis {

// A connected, non-blocking socket that carries bytes both ways, in the clear or over TLS. Owns the
// socket. Not thread-safe.
class Stream {
 public:
  virtual ~Stream() = default;

  // Reads at most `size` bytes, more than zero of them, to `buffer`; 0 if none are there. Until it
  // has said so, there may be some that the socket no longer announces. UNAVAILABLE if the
  // connection has ended.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;

  // Writes as many of `bytes` as there is room for, and says how many. What was left must come
  // again, at the start of the next call. UNAVAILABLE if the connection has ended.
  virtual absl::StatusOr<size_t> Write(absl::string_view bytes) = 0;

  virtual int fd() const = 0;
};

// Takes over `fd`.
std::unique_ptr<Stream> NewPlainStream(int fd);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_STREAM_H_
