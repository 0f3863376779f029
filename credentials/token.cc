// SPDX-License-Identifier: Apache-2.0
#include "credentials/token.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "credentials/name.h"

namespace cachestore {
namespace {

constexpr char kPrefix[] = "cs_";

std::string Encode(const Token::Secret& secret) {
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(secret.data()), secret.size()));
}

}  // namespace

absl::StatusOr<Token> CreateToken(absl::string_view identity) {
  if (!IsName(identity)) {
    return absl::InvalidArgumentError(absl::StrCat("name: is none; takes ", kNameForm));
  }
  Token token{.identity = std::string(identity), .secret = {}};
  if (RAND_bytes(token.secret.data(), static_cast<int>(token.secret.size())) != 1) {
    ERR_clear_error();
    return absl::InternalError("OpenSSL has no random bytes to make a token of; try again");
  }
  return token;
}

std::string FormatToken(const Token& token) {
  return absl::StrCat(kPrefix, token.identity, "_", Encode(token.secret));
}

std::optional<Token> ParseToken(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kPrefix)) return std::nullopt;
  // A name has no _; a secret may.
  const size_t name_end = text.find('_');
  if (name_end == absl::string_view::npos) return std::nullopt;
  const absl::string_view name = text.substr(0, name_end);
  const absl::string_view encoded = text.substr(name_end + 1);
  Token token{.identity = std::string(name), .secret = {}};
  std::string secret;
  if (!IsName(name) || !absl::WebSafeBase64Unescape(encoded, &secret) ||
      secret.size() != token.secret.size()) {
    return std::nullopt;
  }
  std::copy(secret.begin(), secret.end(), token.secret.begin());
  // Abseil also reads padding, white space, and bits beyond the last byte.
  if (Encode(token.secret) != encoded) return std::nullopt;
  return token;
}

std::string AuthorizationOf(absl::string_view token) { return absl::StrCat("Bearer ", token); }

}  // namespace cachestore
