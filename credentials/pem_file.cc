// SPDX-License-Identifier: Apache-2.0
#include "credentials/pem_file.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "credentials/credential_file.h"
#include "credentials/pem.h"

namespace cachestore {
namespace {

absl::Status Wrong(const PemFile& file, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file.setting, ": ", what));
}

}  // namespace

absl::Status ReadPemFile(PemFile& file) {
  absl::StatusOr<std::string> text =
      ReadCredentialFile(file.path, kMaxPemFileBytes + 1, "a PEM file");
  if (!text.ok()) return Wrong(file, text.status().message());
  if (text->size() > kMaxPemFileBytes) {
    return Wrong(file, absl::StrCat(file.path, " is larger than ", kMaxPemFileBytes,
                                    " bytes; takes the path of a PEM file"));
  }
  file.text = *std::move(text);
  return absl::OkStatus();
}

absl::Status CheckCertificates(const PemFile& file) {
  if (!CertificatesOf(file.text).empty()) return absl::OkStatus();
  return Wrong(file, absl::StrCat(file.path, " holds no PEM certificate, or one that is broken"));
}

absl::Status CheckPair(const PemFile& certificate, const PemFile& key) {
  if (absl::Status status = CheckCertificates(certificate); !status.ok()) return status;
  const PrivateKey private_key = KeyOf(key.text);
  if (private_key == nullptr) {
    return Wrong(key, absl::StrCat(key.path, " holds no PEM key, or one that is encrypted"));
  }
  if (IsKeyOf(*private_key, *CertificatesOf(certificate.text).front())) return absl::OkStatus();
  return Wrong(key,
               absl::StrCat(key.path, " is not the key of the certificate in ", certificate.path));
}

}  // namespace cachestore
