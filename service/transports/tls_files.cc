// SPDX-License-Identifier: Apache-2.0
#include "service/transports/tls_files.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/transports/pem.h"

namespace cachestore {
namespace {

absl::Status Wrong(absl::string_view setting, absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", what));
}

absl::StatusOr<std::string> ReadFile(absl::string_view setting, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Wrong(setting, absl::StrCat(path, " cannot be read (", std::strerror(errno),
                                       "); takes the path of a PEM file"));
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

absl::StatusOr<TlsPair> ReadTlsFiles(const TlsFiles& files) {
  if (files.certificate.empty() != files.key.empty()) {
    return Wrong(files.key.empty() ? "tls_key" : "tls_cert",
                 "is not given; a certificate and its key are given together, or neither");
  }
  absl::StatusOr<std::string> certificate = ReadFile("tls_cert", files.certificate);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = ReadFile("tls_key", files.key);
  if (!key.ok()) return key.status();

  const std::vector<Certificate> chain = CertificatesOf(*certificate);
  if (chain.empty()) {
    return Wrong("tls_cert", absl::StrCat(files.certificate,
                                          " holds no PEM certificate, or one that is broken"));
  }
  const PrivateKey private_key = KeyOf(*key);
  if (private_key == nullptr) {
    return Wrong("tls_key", absl::StrCat(files.key, " holds no PEM key, or one that is encrypted"));
  }
  if (X509_check_private_key(chain.front().get(), private_key.get()) != 1) {
    return Wrong("tls_key", absl::StrCat(files.key, " is not the key of the certificate in ",
                                         files.certificate));
  }
  return TlsPair{.certificate_pem = *std::move(certificate), .key_pem = *std::move(key)};
}

}  // namespace cachestore
