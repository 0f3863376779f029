// SPDX-License-Identifier: Apache-2.0
#include "service/transports/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

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

// Reads an object of a PEM text by one of OpenSSL's functions.
template <typename Object, typename Free, typename Read>
std::unique_ptr<Object, Free> FromPem(const std::string& pem, Free free, Read read) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // One that is encrypted is refused. OpenSSL would ask the terminal for its password.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  return {read(text.get(), nullptr, no_password, nullptr), free};
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

  const auto shown = FromPem<X509>(*certificate, X509_free, PEM_read_bio_X509);
  if (shown == nullptr) {
    return Wrong("tls_cert", absl::StrCat(files.certificate, " holds no PEM certificate"));
  }
  const auto kept = FromPem<EVP_PKEY>(*key, EVP_PKEY_free, PEM_read_bio_PrivateKey);
  if (kept == nullptr) {
    return Wrong("tls_key", absl::StrCat(files.key, " holds no PEM key, or one that is encrypted"));
  }
  if (X509_check_private_key(shown.get(), kept.get()) != 1) {
    return Wrong("tls_key", absl::StrCat(files.key, " is not the key of the certificate in ",
                                         files.certificate));
  }
  return TlsPair{.certificate_pem = *std::move(certificate), .key_pem = *std::move(key)};
}

}  // namespace cachestore
