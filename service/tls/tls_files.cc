// SPDX-License-Identifier: Apache-2.0
#include "service/tls/tls_files.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "credentials/pem.h"
#include "credentials/pem_file.h"
#include "service/tls/server_context.h"

namespace cachestore {
namespace {

absl::Status Wrong(absl::string_view setting, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", what));
}

absl::Status CheckGivenTogether(const TlsFiles& files) {
  if (files.certificate.empty() != files.key.empty()) {
    return Wrong(files.key.empty() ? "tls_key" : "tls_cert",
                 "is not given; a certificate and its key are given together, or neither");
  }
  if (files.certificate.empty()) {
    return Wrong("tls_cert",
                 "is not given; who asks for certificates shows one: give tls_cert and "
                 "tls_key, too");
  }
  if (files.requires_client_certificate && files.client_ca.empty()) {
    return Wrong("tls_client_ca",
                 "is not given; tls_require_client_cert needs to know who signs "
                 "the certificates of clients");
  }
  return absl::OkStatus();
}

// Says which of them is at fault, where OpenSSL would say only that one is.
absl::Status CheckPem(const TlsFiles& files, const TlsMaterial& material) {
  const std::vector<Certificate> chain = CertificatesOf(material.certificate_pem);
  if (chain.empty()) {
    return Wrong("tls_cert", absl::StrCat(files.certificate,
                                          " holds no PEM certificate, or one that is broken"));
  }
  const PrivateKey key = KeyOf(material.key_pem);
  if (key == nullptr) {
    return Wrong("tls_key", absl::StrCat(files.key, " holds no PEM key, or one that is encrypted"));
  }
  if (!IsKeyOf(*key, *chain.front())) {
    return Wrong("tls_key", absl::StrCat(files.key, " is not the key of the certificate in ",
                                         files.certificate));
  }
  if (!files.client_ca.empty() && CertificatesOf(material.client_ca_pem).empty()) {
    return Wrong("tls_client_ca",
                 absl::StrCat(files.client_ca, " holds no PEM certificate, or one that is broken"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files) {
  if (absl::Status status = CheckGivenTogether(files); !status.ok()) return status;
  TlsMaterial material = {.requires_client_certificate = files.requires_client_certificate};
  const struct {
    absl::string_view setting;
    const std::string& path;
    std::string& text;
  } sources[] = {{"tls_cert", files.certificate, material.certificate_pem},
                 {"tls_key", files.key, material.key_pem},
                 {"tls_client_ca", files.client_ca, material.client_ca_pem}};
  for (const auto& [setting, path, text] : sources) {
    if (path.empty()) continue;
    absl::StatusOr<std::string> read = ReadPemFile(path);
    if (!read.ok()) return Wrong(setting, read.status().message());
    text = *std::move(read);
  }
  if (absl::Status status = CheckPem(files, material); !status.ok()) return status;
  // What OpenSSL would refuse later, when a peer waits, it refuses now.
  const absl::StatusOr<ServerContext> context = CreateServerContext(material);
  if (!context.ok()) return context.status();
  return material;
}

}  // namespace cachestore
