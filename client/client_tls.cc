// SPDX-License-Identifier: Apache-2.0
#include "client/client_tls.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "credentials/pem.h"
#include "credentials/pem_file.h"

namespace cachestore {
namespace {

using File = ClientTlsFiles::File;

absl::Status Wrong(const File& file, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file.setting, ": ", what));
}

absl::Status CheckGiven(const ClientTlsFiles& files, const ServiceAddress& address) {
  if (!address.is_tls) {
    for (const File* file : {&files.ca, &files.certificate, &files.key}) {
      if (file->path.empty()) continue;
      return Wrong(*file, absl::StrCat("is for TLS, and ", address.name,
                                       " is called without; write grpcs://HOST:PORT"));
    }
  }
  if (files.certificate.path.empty() == files.key.path.empty()) return absl::OkStatus();
  return Wrong(files.key.path.empty() ? files.key : files.certificate,
               "is not given; a certificate and its key are given together, or neither");
}

absl::Status CheckCertificates(const File& file, const std::string& pem) {
  if (!CertificatesOf(pem).empty()) return absl::OkStatus();
  return Wrong(file, absl::StrCat(file.path, " holds no PEM certificate, or one that is broken"));
}

// gRPC would say only that there is no channel, and only when the first call is made.
absl::Status CheckPem(const ClientTlsFiles& files, const ClientTls& tls) {
  if (!files.ca.path.empty()) {
    if (absl::Status status = CheckCertificates(files.ca, tls.ca_pem); !status.ok()) return status;
  }
  if (files.certificate.path.empty()) return absl::OkStatus();
  absl::Status status = CheckCertificates(files.certificate, tls.certificate_pem);
  if (!status.ok()) return status;
  const PrivateKey key = KeyOf(tls.key_pem);
  if (key == nullptr) {
    return Wrong(files.key,
                 absl::StrCat(files.key.path, " holds no PEM key, or one that is encrypted"));
  }
  if (!IsKeyOf(*key, *CertificatesOf(tls.certificate_pem).front())) {
    return Wrong(files.key, absl::StrCat(files.key.path, " is not the key of the certificate in ",
                                         files.certificate.path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClientTls> ReadClientTls(const ClientTlsFiles& files,
                                        const ServiceAddress& address) {
  if (absl::Status status = CheckGiven(files, address); !status.ok()) return status;
  ClientTls tls;
  const std::pair<const File&, std::string&> sources[] = {
      {files.ca, tls.ca_pem}, {files.certificate, tls.certificate_pem}, {files.key, tls.key_pem}};
  for (const auto& [file, text] : sources) {
    if (file.path.empty()) continue;
    absl::StatusOr<std::string> read = ReadPemFile(file.path);
    if (!read.ok()) return Wrong(file, read.status().message());
    text = *std::move(read);
  }
  if (absl::Status status = CheckPem(files, tls); !status.ok()) return status;
  return tls;
}

}  // namespace cachestore
