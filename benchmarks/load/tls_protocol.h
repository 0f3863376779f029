// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_TLS_PROTOCOL_H_
#define BENCHMARKS_LOAD_TLS_PROTOCOL_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "benchmarks/load/call_protocol.h"

namespace cachestore {

using ClientContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// What a client of HTTP/2 over TLS shows: the certificate and its key in these PEM files, or, if
// both are empty, none. INVALID_ARGUMENT if they cannot be used. Whom it calls is not verified: the
// servers that are measured are on this machine.
absl::StatusOr<ClientContext> CreateClientContext(const std::string& certificate_file,
                                                  const std::string& key_file);

// Another protocol over TLS (OpenSSL), which shakes hands when there is something to send.
class TlsProtocol final : public CallProtocol {
 public:
  // `context` must outlive it.
  TlsProtocol(SSL_CTX& context, std::unique_ptr<CallProtocol> carried);

  void Start(size_t number, int64_t due_ns) override { carried_->Start(number, due_ns); }
  absl::Status Produce(absl::Cord& output) override;
  absl::Status Receive(absl::string_view bytes) override;

 private:
  // OK where OpenSSL only waits for the server.
  absl::Status StatusOf(int result);

  const std::unique_ptr<CallProtocol> carried_;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  BIO* const received_;  // Both are ssl_'s.
  BIO* const sent_;
  absl::Cord unsent_;  // Of what is carried: until hands are shaken.
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_TLS_PROTOCOL_H_
