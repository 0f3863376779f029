// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_TLS_H_
#define SERVICE_TRANSPORTS_HTTP2_TLS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/transports/http2/byte_stream.h"
#include "service/transports/http2/descriptor.h"
#include "service/transports/tls_files.h"

using SSL_CTX = struct ssl_ctx_st;

namespace cachestore::http2 {

// TLS 1.2 or 1.3 as a server of HTTP/2 (OpenSSL), for any number of connections. Thread-safe once
// made.
class TlsContext {
 public:
  // INVALID_ARGUMENT if OpenSSL will not serve with this pair.
  static absl::StatusOr<std::unique_ptr<const TlsContext>> Create(const TlsPair& pair);

  // A stream over a socket, which shakes hands when it is first read. A peer that names protocols
  // (ALPN), and HTTP/2 is not among them, is refused. Null if memory is short.
  std::unique_ptr<ByteStream> NewStream(Descriptor socket) const;

 private:
  using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
  explicit TlsContext(Context context) : context_(std::move(context)) {}

  const Context context_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_TLS_H_
