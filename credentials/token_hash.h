// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_TOKEN_HASH_H_
#define CREDENTIALS_TOKEN_HASH_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "credentials/token.h"

namespace cachestore {

// What is kept of a token, so that whoever reads it cannot call with it: SHA-256 (FIPS 180-4) of 16
// bytes of salt and the token's secret. One round of a fast hash is enough. Slow ones (bcrypt,
// Argon2) protect passwords, which can be guessed; nobody guesses 256 bits of chance, and each call
// would pay for them. Immutable.
class TokenHash {
 public:
  // Matches nothing: no secret with this hash is known.
  TokenHash() = default;

  // Hashes a secret with a new salt; INTERNAL if OpenSSL cannot.
  static absl::StatusOr<TokenHash> Of(const Token::Secret& secret);

  // Reads what Text writes, with hex digits of either case; nullopt for anything else.
  static std::optional<TokenHash> Parse(absl::string_view text);

  // sha256:SALT:HASH, both in hex digits.
  std::string Text() const;

  // Whether this is of `secret`. Takes the same time whether it is or not: under a microsecond.
  bool Matches(const Token::Secret& secret) const;

 private:
  using Salt = std::array<uint8_t, 16>;
  using Digest = std::array<uint8_t, 32>;

  // False if OpenSSL fails.
  static bool Hash(const Salt& salt, const Token::Secret& secret, Digest& digest);

  Salt salt_ = {};
  Digest digest_ = {};
};

}  // namespace cachestore

#endif  // CREDENTIALS_TOKEN_HASH_H_
