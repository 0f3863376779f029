// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_TLS_H_
#define STORES_REDIS_TLS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/redis/stream.h"

using SSL_CTX = struct ssl_ctx_st;

namespace cachestore::redis {

// What a client trusts and shows: PEM files.
struct TlsFiles {
  std::string ca = {};  // Who signs servers' certificates. Empty: the system's authorities.
  std::string certificate = {};  // This client's, with its chain; or empty, and then no key either.
  std::string key = {};
};

// A stream that has not finished its handshake yet.
class TlsStream : public Stream {
 public:
  enum class Handshake { kDone, kWantsRead, kWantsWrite };

  // Goes on with the handshake. UNAVAILABLE if it failed: the message says why, in OpenSSL's words.
  virtual absl::StatusOr<Handshake> Shake() = 0;
};

// TLS 1.2 or 1.3 as a client (OpenSSL), for any number of connections. Thread-safe once made.
class TlsContext {
 public:
  // Reads the files. INVALID_ARGUMENT names the setting whose file cannot be used.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Create(const TlsFiles& files);

  // A stream over `fd`, which it takes over, to the server `host`: the certificate must be for that
  // name or IP address, and the name is sent ahead (SNI).
  absl::StatusOr<std::unique_ptr<TlsStream>> NewStream(int fd, const std::string& host) const;

 private:
  using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
  explicit TlsContext(Context context) : context_(std::move(context)) {}

  const Context context_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_TLS_H_
