// SPDX-License-Identifier: Apache-2.0
#include "credentials/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

namespace cachestore {
namespace {

struct FreeText {
  void operator()(BIO* text) const { BIO_free(text); }
};
using Text = std::unique_ptr<BIO, FreeText>;

// Reads `pem`, which must outlive it.
Text TextOf(const std::string& pem) {
  return Text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// OpenSSL would ask the terminal for the password of what is encrypted.
int NoPassword(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* /*unused*/) { return -1; }

}  // namespace

std::vector<Certificate> CertificatesOf(const std::string& pem) {
  const Text text = TextOf(pem);
  std::vector<Certificate> certificates;
  ERR_set_mark();
  while (Certificate next{PEM_read_bio_X509(text.get(), nullptr, NoPassword, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  const bool has_ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_pop_to_mark();
  if (!has_ended) certificates.clear();
  return certificates;
}

PrivateKey KeyOf(const std::string& pem) {
  const Text text = TextOf(pem);
  ERR_set_mark();
  PrivateKey key(PEM_read_bio_PrivateKey(text.get(), nullptr, NoPassword, nullptr));
  ERR_pop_to_mark();
  return key;
}

bool IsKeyOf(const EVP_PKEY& key, const X509& certificate) {
  ERR_set_mark();
  const int matches = X509_check_private_key(&certificate, &key);
  ERR_pop_to_mark();
  return matches == 1;
}

}  // namespace cachestore
