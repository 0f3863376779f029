// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TLS_TLS_FILES_H_
#define SERVICE_TLS_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/tls/tls_material.h"

namespace cachestore {

// Where what a server shows and asks stands: the paths of PEM files, as settings give them. Empty:
// it serves in the clear.
struct TlsFiles {
  std::string certificate = {};
  std::string key = {};
  std::string client_ca = {};
  bool requires_client_certificate = false;

  bool empty() const {
    return certificate.empty() && key.empty() && client_ca.empty() && !requires_client_certificate;
  }
};

// Reads what is not empty, and sees that a server can use it: otherwise INVALID_ARGUMENT, which
// names the setting that is at fault (tls_cert, tls_key, tls_client_ca or tls_require_client_cert).
absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files);

}  // namespace cachestore

#endif  // SERVICE_TLS_TLS_FILES_H_
