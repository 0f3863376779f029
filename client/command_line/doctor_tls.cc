// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/doctor_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "credentials/openssl_error.h"
#include "credentials/pem.h"

namespace cachestore {
namespace {

constexpr int kWarnDays = 14;

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
};
using Context = std::unique_ptr<SSL_CTX, FreeTls>;
using Connection = std::unique_ptr<SSL, FreeTls>;

Context ContextOf(const ClientTls& tls) {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // What is wrong is asked for afterwards, and dates by themselves.
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_NO_CHECK_TIME);
  if (tls.ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else {
    X509_STORE* const trusted = SSL_CTX_get_cert_store(context.get());
    for (const Certificate& authority : CertificatesOf(tls.ca_pem)) {
      X509_STORE_add_cert(trusted, authority.get());
    }
  }
  bool is_first = true;
  for (const Certificate& shown : CertificatesOf(tls.certificate_pem)) {
    if (is_first) {
      SSL_CTX_use_certificate(context.get(), shown.get());
    } else {
      SSL_CTX_add1_chain_cert(context.get(), shown.get());
    }
    is_first = false;
  }
  if (const PrivateKey key = KeyOf(tls.key_pem)) {
    SSL_CTX_use_PrivateKey(context.get(), key.get());
  }
  constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp2.data(), kHttp2.size());
  return context;
}

Finding HandshakeFailed() {
  const std::string error = TakeOpensslError();
  Finding finding = {.grade = Grade::kFail,
                     .check = "TLS",
                     .text = absl::StrCat("the handshake failed: ",
                                          error.empty() ? "the connection ended" : error)};
  if (absl::StrContains(error, "wrong version number")) {
    finding.fix = "start it with tls_cert and tls_key, or write grpc://";
  } else {
    finding.fix =
        "see that it is a cache service over TLS; if it asks for a certificate, give one "
        "(--tls_cert_file)";
  }
  return finding;
}

Finding HandshakeDone(const SSL& connection) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(&connection, &protocol, &size);
  const std::string text = absl::StrCat(SSL_get_version(&connection), ", ",
                                        SSL_CIPHER_get_name(SSL_get_current_cipher(&connection)));
  if (size == 2) return {.grade = Grade::kPass, .check = "TLS", .text = text};
  return {.grade = Grade::kFail,
          .check = "TLS",
          .text = absl::StrCat(text, ", but no HTTP/2"),
          .fix = "see that it is a cache service, and what stands before it speaks HTTP/2"};
}

Finding AuthorityOf(const SSL& connection) {
  const auto error = static_cast<int>(SSL_get_verify_result(&connection));
  if (error == X509_V_OK) {
    return {.grade = Grade::kPass, .check = "authority", .text = "its signer is trusted"};
  }
  return {.grade = Grade::kFail,
          .check = "authority",
          .text = absl::StrCat("its signer is not trusted: ", X509_verify_cert_error_string(error)),
          .fix = "give the file of its authority (--tls_ca_file)"};
}

Finding NamesOf(X509& certificate, const std::string& host) {
  const bool is_for_it = X509_check_ip_asc(&certificate, host.c_str(), 0) == 1 ||
                         X509_check_host(&certificate, host.data(), host.size(), 0, nullptr) == 1;
  if (is_for_it) {
    return {.grade = Grade::kPass, .check = "names", .text = absl::StrCat("it is for ", host)};
  }
  return {.grade = Grade::kFail,
          .check = "names",
          .text = absl::StrCat("its certificate is not for ", host),
          .fix = "put one of its names in the URL"};
}

Finding ExpiryOf(const X509& certificate) {
  int days = 0;
  int seconds = 0;  // Of the same sign.
  const bool is_known =
      ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(&certificate)) == 1;
  constexpr const char* kFix = "replace its certificate; it is read again without a restart";
  if (!is_known || days < 0 || seconds < 0) {
    return {.grade = Grade::kFail,
            .check = "expiry",
            .text = "its certificate has expired",
            .fix = kFix};
  }
  const std::string text = absl::StrCat("valid for ", days, " days more");
  if (days < kWarnDays)
    return {.grade = Grade::kWarn, .check = "expiry", .text = text, .fix = kFix};
  return {.grade = Grade::kPass, .check = "expiry", .text = text};
}

}  // namespace

std::vector<Finding> ExamineTls(int fd, const std::string& host, const ClientTls& tls) {
  const Context context = ContextOf(tls);
  const Connection connection(SSL_new(context.get()));
  SSL_set_fd(connection.get(), fd);
  SSL_set_tlsext_host_name(connection.get(), host.c_str());
  TakeOpensslError();
  if (SSL_connect(connection.get()) != 1) return {HandshakeFailed()};
  std::vector<Finding> findings = {HandshakeDone(*connection), AuthorityOf(*connection)};
  const Certificate certificate(SSL_get1_peer_certificate(connection.get()));
  if (certificate != nullptr) {
    findings.push_back(NamesOf(*certificate, host));
    findings.push_back(ExpiryOf(*certificate));
  }
  SSL_shutdown(connection.get());
  return findings;
}

}  // namespace cachestore
