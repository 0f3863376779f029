// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_TOKEN_H_
#define CREDENTIALS_TOKEN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// A bearer token: cs_NAME_SECRET, where the secret is 32 bytes of chance in 43 characters of
// base64url (RFC 4648, section 5) without padding. That it names its identity spares whoever checks
// it a search; that it begins with cs_ lets those who look for leaked secrets know it.
struct Token {
  using Secret = std::array<uint8_t, 32>;

  std::string identity;  // Its name (credentials/name.h).
  Secret secret;
};

// A new token of `identity`: INVALID_ARGUMENT if that is no name, INTERNAL if OpenSSL has no
// randomness to give.
absl::StatusOr<Token> CreateToken(absl::string_view identity);

std::string FormatToken(const Token& token);

// Takes a token apart. Exactly what FormatToken writes is one; nullopt for anything else.
std::optional<Token> ParseToken(absl::string_view text);

// The header `authorization` by which a call carries a token (RFC 6750).
std::string AuthorizationOf(absl::string_view token);

}  // namespace cachestore

#endif  // CREDENTIALS_TOKEN_H_
