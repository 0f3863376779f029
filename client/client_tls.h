// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CLIENT_TLS_H_
#define CLIENT_CLIENT_TLS_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/service_url.h"

namespace cachestore {

// The PEM files by which a client speaks TLS, as settings give them.
struct ClientTlsFiles {
  struct File {
    std::string setting;    // What errors call it.
    std::string path = {};  // Empty: not given.
  };

  // Who signs the service's certificate. Not given: the authorities that the system trusts.
  File ca = {.setting = "tls_ca_file"};

  // What is shown to a service that asks for a certificate: one with its chain, its own first, and
  // its key, not encrypted. Both or neither.
  File certificate = {.setting = "tls_cert_file"};
  File key = {.setting = "tls_key_file"};
};

// What stands in them; empty where none is given.
struct ClientTls {
  std::string ca_pem = {};
  std::string certificate_pem = {};
  std::string key_pem = {};

  bool empty() const { return ca_pem.empty() && certificate_pem.empty() && key_pem.empty(); }
};

// Reads the files, and sees that a client can use them to call `address`. INVALID_ARGUMENT names
// the setting and says what is wrong: a file that cannot be read, is larger than 1 MiB, or holds
// nothing of use; one of certificate and key without the other; any for an address that is not
// spoken to over TLS. Reads a disk; thread-safe.
absl::StatusOr<ClientTls> ReadClientTls(const ClientTlsFiles& files, const ServiceAddress& address);

}  // namespace cachestore

#endif  // CLIENT_CLIENT_TLS_H_
