// SPDX-License-Identifier: Apache-2.0
#include "client/client_tls.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
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

}  // namespace

absl::StatusOr<ClientTls> ReadClientTls(const ClientTlsFiles& files,
                                        const ServiceAddress& address) {
  if (absl::Status status = CheckGiven(files, address); !status.ok()) return status;
  PemFile ca = {.setting = files.ca.setting, .path = files.ca.path};
  PemFile certificate = {.setting = files.certificate.setting, .path = files.certificate.path};
  PemFile key = {.setting = files.key.setting, .path = files.key.path};
  for (PemFile* const file : {&ca, &certificate, &key}) {
    if (file->path.empty()) continue;
    if (absl::Status status = ReadPemFile(*file); !status.ok()) return status;
  }
  // gRPC would say only that there is no channel, and only when the first call is made.
  absl::Status status = ca.path.empty() ? absl::OkStatus() : CheckCertificates(ca);
  if (status.ok() && !key.path.empty()) status = CheckPair(certificate, key);
  if (!status.ok()) return status;
  return ClientTls{.ca_pem = std::move(ca.text),
                   .certificate_pem = std::move(certificate.text),
                   .key_pem = std::move(key.text)};
}

}  // namespace cachestore
