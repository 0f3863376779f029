// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_BYTE_STREAM_H_
#define SERVICE_TRANSPORTS_HTTP2_BYTE_STREAM_H_

#include <sys/uio.h>

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "service/access/certificate_names.h"
#include "service/transports/http2/descriptor.h"

namespace cachestore::http2 {

// A connected socket that never blocks, and carries bytes both ways, in the clear or over TLS. Not
// thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Reads what is there, as far as `buffer` has room; 0 if there is nothing. UNAVAILABLE if the
  // other side has ended, or the connection has.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> buffer) = 0;

  // Writes as much of `pieces`, in their order, as there is room for, and says how many bytes that
  // was. What is left must come again, first in the next call. UNAVAILABLE if the connection has
  // ended.
  virtual absl::StatusOr<size_t> Write(absl::Span<const iovec> pieces) = 0;

  // Tells the other side that no more will come. Some of that may get lost.
  virtual void EndWriting() = 0;

  // Of the other side, once something was read. Null over a stream in the clear.
  virtual CertificateNames certificate_names() const { return nullptr; }

  // Whether there is more to be read that the socket does not announce.
  virtual bool has_buffered() const { return false; }

  // Whether the last Read has to write first, and so waits for room.
  virtual bool wants_room() const { return false; }

  virtual int fd() const = 0;
};

std::unique_ptr<ByteStream> NewPlainStream(Descriptor socket);

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_BYTE_STREAM_H_
