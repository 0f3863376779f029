// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_OUTPUT_BUFFER_H_
#define SERVICE_TRANSPORTS_HTTP2_OUTPUT_BUFFER_H_

#include <sys/uio.h>

#include <cstddef>
#include <deque>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cachestore::http2 {

// Bytes on their way to a socket, in order. Small ones are copied together, so that the replies of
// one turn leave in one write; large ones stay where they are and are shared. Empty, it holds no
// memory. Not thread-safe.
class OutputBuffer {
 public:
  // Shorter chunks of a Cord are cheaper to copy than to keep track of.
  static constexpr size_t kMinSharedBytes = 2048;

  void Append(absl::string_view bytes);
  void Append(const absl::Cord& bytes);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // Points `pieces` to what comes next, and says how many of them that took. Valid until the buffer
  // is changed.
  size_t Peek(absl::Span<iovec> pieces) const;

  // Forgets what comes next: so many bytes, of size() at most.
  void Consume(size_t bytes);

 private:
  // Copied bytes, or a chunk of a Cord that is kept alive.
  struct Piece {
    std::string copied;
    absl::Cord shared;
    absl::string_view chunk;  // Of `shared`; empty for a piece of copied bytes.

    absl::string_view bytes() const { return chunk.empty() ? absl::string_view(copied) : chunk; }
  };

  // The piece at the end that takes copies.
  std::string& Tail();

  std::deque<Piece> pieces_;
  size_t consumed_ = 0;  // Of the first piece.
  size_t size_ = 0;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_OUTPUT_BUFFER_H_
