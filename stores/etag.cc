// SPDX-License-Identifier: Apache-2.0
#include "stores/etag.h"

#include <openssl/evp.h>

#include <memory>

#include "stores/cache_options.h"

namespace cachestore {

std::string EtagOf(const absl::Cord& value) {
  std::string etag(kEtagBytes, '\0');
  auto* const digest = reinterpret_cast<unsigned char*>(etag.data());
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr);
  for (const absl::string_view chunk : value.Chunks()) {
    EVP_DigestUpdate(context.get(), chunk.data(), chunk.size());
  }
  EVP_DigestFinal_ex(context.get(), digest, nullptr);
  return etag;
}

}  // namespace cachestore
