// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TLS_SERVER_CONTEXT_H_
#define SERVICE_TLS_SERVER_CONTEXT_H_

#include <openssl/ssl.h>

#include <memory>

#include "absl/status/statusor.h"
#include "service/tls/tls_material.h"

namespace cachestore {

struct FreeServerContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ServerContext = std::unique_ptr<SSL_CTX, FreeServerContext>;

// OpenSSL's context for a server of TLS 1.2 and 1.3 that shows and asks what `material` says.
// Sessions are not resumed: each handshake shows all. INVALID_ARGUMENT, by the name of the setting,
// if OpenSSL will not serve with it: a key may be too short for it, say.
absl::StatusOr<ServerContext> CreateServerContext(const TlsMaterial& material);

}  // namespace cachestore

#endif  // SERVICE_TLS_SERVER_CONTEXT_H_
