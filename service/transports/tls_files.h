// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_TLS_FILES_H_
#define SERVICE_TRANSPORTS_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"

namespace cachestore {

// What a server shows of itself: the paths of two PEM files, or nothing, and then it serves in the
// clear.
struct TlsFiles {
  std::string certificate = {};  // With its chain, the server's own first.
  std::string key = {};          // Not encrypted.

  bool empty() const { return certificate.empty() && key.empty(); }
};

// What stands in them.
struct TlsPair {
  std::string certificate_pem;
  std::string key_pem;
};

// Reads both, and sees that a server can use them together: otherwise INVALID_ARGUMENT, which names
// the setting (tls_cert or tls_key) that is at fault.
absl::StatusOr<TlsPair> ReadTlsFiles(const TlsFiles& files);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_TLS_FILES_H_
