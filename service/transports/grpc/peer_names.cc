// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/peer_names.h"

#include <grpc/grpc_security_constants.h>

#include <memory>
#include <string>
#include <vector>

namespace cachestore {
namespace {

void Append(const grpc::AuthContext& peer, const char* property, std::vector<std::string>& names) {
  for (const grpc::string_ref& value : peer.FindPropertyValues(property)) {
    names.emplace_back(value.data(), value.size());
  }
}

}  // namespace

CertificateNames NamesOf(const grpc::AuthContext& peer) {
  if (peer.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME).empty()) return nullptr;
  auto names = std::make_shared<std::vector<std::string>>();
  Append(peer, GRPC_PEER_DNS_PROPERTY_NAME, *names);
  Append(peer, GRPC_PEER_EMAIL_PROPERTY_NAME, *names);
  Append(peer, GRPC_PEER_URI_PROPERTY_NAME, *names);
  if (names->empty()) Append(peer, GRPC_X509_CN_PROPERTY_NAME, *names);
  return names;
}

}  // namespace cachestore
