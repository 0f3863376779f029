// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TLS_TLS_MATERIAL_H_
#define SERVICE_TLS_TLS_MATERIAL_H_

#include <string>

namespace cachestore {

// What a server shows of itself in a handshake, and what it asks of its peers.
struct TlsMaterial {
  std::string certificate_pem = {};  // With its chain, the server's own first.
  std::string key_pem = {};          // Not encrypted.

  // Who signs the certificates of peers, which are asked for, and verified if they are shown.
  // Empty: they are not asked for.
  std::string client_ca_pem = {};

  // Whether a peer that shows none is refused in the handshake.
  bool requires_client_certificate = false;
};

}  // namespace cachestore

#endif  // SERVICE_TLS_TLS_MATERIAL_H_
