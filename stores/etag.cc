// SPDX-License-Identifier: Apache-2.0
#include "stores/etag.h"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "stores/cache_options.h"

namespace cachestore {

std::string EtagOf(const absl::Cord& value) {
  std::string etag(kEtagBytes, '\0');
  auto* const digest = reinterpret_cast<unsigned char*>(etag.data());
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  bool ok = EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1;
  for (const absl::string_view chunk : value.Chunks()) {
    ok = ok && EVP_DigestUpdate(context.get(), chunk.data(), chunk.size()) == 1;
  }
  if (ok && EVP_DigestFinal_ex(context.get(), digest, nullptr) == 1) return etag;
  // Etags that are all alike would let every compare-and-set through.
  std::fputs("OpenSSL has no SHA-1 here, which etags are made of; allow it in its policy\n",
             stderr);
  std::abort();
}

}  // namespace cachestore
