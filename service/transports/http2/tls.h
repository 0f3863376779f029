// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_TLS_H_
#define SERVICE_TRANSPORTS_HTTP2_TLS_H_

#include <memory>

#include "service/tls/server_context.h"
#include "service/tls/tls_material.h"
#include "service/tls/tls_source.h"
#include "service/transports/http2/byte_stream.h"
#include "service/transports/http2/descriptor.h"

namespace cachestore::http2 {

// Streams of HTTP/2 over TLS (OpenSSL), as a server, each with what a source has when it is made.
// On one thread.
class TlsStreams {
 public:
  // `source` must outlive this, but not the streams.
  explicit TlsStreams(const TlsSource& source) : source_(source) {}

  // A stream over a socket, which shakes hands when it is first read. A peer that names protocols
  // (ALPN), and HTTP/2 is not among them, is refused. Null if memory is short.
  std::unique_ptr<ByteStream> New(Descriptor socket);

 private:
  const TlsSource& source_;
  std::shared_ptr<const TlsMaterial> material_;  // What context_ was made of.
  ServerContext context_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_TLS_H_
