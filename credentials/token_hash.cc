// SPDX-License-Identifier: Apache-2.0
#include "credentials/token_hash.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "credentials/hex.h"

namespace cachestore {
namespace {

template <typename Bytes>
std::string ToHex(const Bytes& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

template <typename Bytes>
bool FromHex(absl::string_view text, Bytes& bytes) {
  const std::optional<std::string> read = BytesOfHex(text);
  if (!read.has_value() || read->size() != bytes.size()) return false;
  std::copy(read->begin(), read->end(), bytes.begin());
  return true;
}

}  // namespace

absl::StatusOr<TokenHash> TokenHash::Of(const Token::Secret& secret) {
  TokenHash hash;
  if (RAND_bytes(hash.salt_.data(), static_cast<int>(hash.salt_.size())) == 1 &&
      Hash(hash.salt_, secret, hash.digest_)) {
    return hash;
  }
  ERR_clear_error();
  return absl::InternalError("OpenSSL has no random bytes, or no SHA-256, to hash a token with");
}

std::optional<TokenHash> TokenHash::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  TokenHash hash;
  if (parts.size() != 3 || parts[0] != "sha256" || !FromHex(parts[1], hash.salt_) ||
      !FromHex(parts[2], hash.digest_)) {
    return std::nullopt;
  }
  return hash;
}

std::string TokenHash::Text() const {
  return absl::StrCat("sha256:", ToHex(salt_), ":", ToHex(digest_));
}

bool TokenHash::Matches(const Token::Secret& secret) const {
  Digest digest;
  return Hash(salt_, secret, digest) &&
         CRYPTO_memcmp(digest.data(), digest_.data(), digest.size()) == 0;
}

bool TokenHash::Hash(const Salt& salt, const Token::Secret& secret, Digest& digest) {
  // Looking the algorithm up takes longer than the hash. Never freed.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::array<uint8_t, sizeof(Salt) + sizeof(Token::Secret)> salted;
  std::copy(secret.begin(), secret.end(), std::copy(salt.begin(), salt.end(), salted.begin()));
  return sha256 != nullptr &&
         EVP_Digest(salted.data(), salted.size(), digest.data(), nullptr, sha256, nullptr) == 1;
}

}  // namespace cachestore
