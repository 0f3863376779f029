// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_PEM_H_
#define CREDENTIALS_PEM_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace cachestore {

// What stands in PEM texts, as OpenSSL's objects. None of these leaves anything in OpenSSL's queue
// of errors, or forgets what was there before.

struct FreeOpenssl {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeOpenssl>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

// The certificates of a text, in their order. Empty if there are none, or if any is broken.
std::vector<Certificate> CertificatesOf(const std::string& pem);

// Whether it is the key of this certificate.
bool IsKeyOf(const EVP_PKEY& key, const X509& certificate);

// The first key of a text. Null if there is none, or if it is broken or encrypted.
PrivateKey KeyOf(const std::string& pem);

}  // namespace cachestore

#endif  // CREDENTIALS_PEM_H_
