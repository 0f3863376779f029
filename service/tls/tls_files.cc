// SPDX-License-Identifier: Apache-2.0
#include "service/tls/tls_files.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
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

}  // namespace

absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files) {
  if (absl::Status status = CheckGivenTogether(files); !status.ok()) return status;
  PemFile certificate = {.setting = "tls_cert", .path = files.certificate};
  PemFile key = {.setting = "tls_key", .path = files.key};
  PemFile client_ca = {.setting = "tls_client_ca", .path = files.client_ca};
  for (PemFile* const file : {&certificate, &key, &client_ca}) {
    if (file->path.empty()) continue;
    if (absl::Status status = ReadPemFile(*file); !status.ok()) return status;
  }
  absl::Status status = CheckPair(certificate, key);
  if (status.ok() && !client_ca.path.empty()) status = CheckCertificates(client_ca);
  if (!status.ok()) return status;
  TlsMaterial material = {.certificate_pem = std::move(certificate.text),
                          .key_pem = std::move(key.text),
                          .client_ca_pem = std::move(client_ca.text),
                          .requires_client_certificate = files.requires_client_certificate};
  // What OpenSSL would refuse later, when a peer waits, it refuses now.
  const absl::StatusOr<ServerContext> context = CreateServerContext(material);
  if (!context.ok()) return context.status();
  return material;
}

}  // namespace cachestore
