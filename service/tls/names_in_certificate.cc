// SPDX-License-Identifier: Apache-2.0
#include "service/tls/names_in_certificate.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <memory>

namespace cachestore {
namespace {

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::string TextOf(const ASN1_STRING& string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
          static_cast<size_t>(ASN1_STRING_length(&string))};
}

std::vector<std::string> AlternativeNames(const X509& certificate) {
  const std::unique_ptr<GENERAL_NAMES, FreeNames> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    int type = 0;
    const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &type);
    if (type == GEN_DNS || type == GEN_EMAIL || type == GEN_URI) {
      names.push_back(TextOf(*static_cast<const ASN1_STRING*>(value)));
    }
  }
  return names;
}

// Of the subject, as UTF-8.
std::vector<std::string> CommonName(const X509& certificate) {
  const X509_NAME* const subject = X509_get_subject_name(&certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, /*lastpos=*/-1);
  if (place < 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  if (size < 0) return {};
  std::vector<std::string> names = {
      {reinterpret_cast<const char*>(text), static_cast<size_t>(size)}};
  OPENSSL_free(text);
  return names;
}

}  // namespace

std::vector<std::string> NamesIn(const X509& certificate) {
  ERR_set_mark();
  std::vector<std::string> names = AlternativeNames(certificate);
  if (names.empty()) names = CommonName(certificate);
  ERR_pop_to_mark();
  return names;
}

}  // namespace cachestore
