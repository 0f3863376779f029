// SPDX-License-Identifier: Apache-2.0
#include "service/tls/server_context.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "credentials/openssl_error.h"
#include "credentials/pem.h"

namespace cachestore {
namespace {

// The first certificate is the server's own; those behind it lead to who signed it.
bool ShowCertificate(const TlsMaterial& material, SSL_CTX* context) {
  const std::vector<Certificate> chain = CertificatesOf(material.certificate_pem);
  const PrivateKey key = KeyOf(material.key_pem);
  if (chain.empty() || key == nullptr) return false;
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return false;
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  }
  return SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

// The authorities' names are told to peers, which choose by them what to show.
bool AskForCertificate(const TlsMaterial& material, SSL_CTX* context) {
  const std::vector<Certificate> authorities = CertificatesOf(material.client_ca_pem);
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  // An authority that another has signed is enough, as it is for gRPC.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  for (const Certificate& authority : authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) return false;
    if (SSL_CTX_add_client_CA(context, authority.get()) != 1) return false;
  }
  const int must = material.requires_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | must, nullptr);
  return !authorities.empty();
}

absl::Status Refused(absl::string_view setting) {
  return absl::InvalidArgumentError(
      absl::StrCat(setting, ": OpenSSL does not serve with what it holds: ", TakeOpensslError()));
}

}  // namespace

absl::StatusOr<ServerContext> CreateServerContext(const TlsMaterial& material) {
  ERR_clear_error();
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return absl::ResourceExhaustedError("tls_cert: OpenSSL has no memory");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (!ShowCertificate(material, context.get())) return Refused("tls_cert");
  if (!material.client_ca_pem.empty() && !AskForCertificate(material, context.get())) {
    return Refused("tls_client_ca");
  }
  return context;
}

}  // namespace cachestore
