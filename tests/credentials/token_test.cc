// SPDX-License-Identifier: Apache-2.0
#include "credentials/token.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// The secret of bytes 0, 1, 2... as RFC 4648 writes it.
constexpr char kCounted[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

Token Created(const std::string& identity) {
  const absl::StatusOr<Token> token = CreateToken(identity);
  EXPECT_THAT(token, IsOk());
  return token.ok() ? *token : Token();
}

TEST(TokenTest, SaysWhatItIsAndWhose) {
  EXPECT_THAT(FormatToken(Created("eu-billing")), MatchesRegex("cs_eu-billing_[A-Za-z0-9_-]{43}"));
}

TEST(TokenTest, ReadsWhatItWrites) {
  for (int i = 0; i < 1'000; ++i) {
    const Token token = Created("billing");
    const std::optional<Token> read = ParseToken(FormatToken(token));
    ASSERT_TRUE(read.has_value()) << FormatToken(token);
    EXPECT_EQ(read->identity, "billing");
    EXPECT_EQ(read->secret, token.secret);
  }
}

TEST(TokenTest, IsWrittenByteForByte) {
  const std::optional<Token> token = ParseToken(absl::StrCat("cs_a_", kCounted));
  ASSERT_TRUE(token.has_value());
  for (size_t i = 0; i < token->secret.size(); ++i) EXPECT_EQ(token->secret[i], i);
  EXPECT_EQ(FormatToken(*token), absl::StrCat("cs_a_", kCounted));
}

TEST(TokenTest, HasANewSecretEachTime) {
  std::set<Token::Secret> secrets;
  for (int i = 0; i < 1'000; ++i) secrets.insert(Created("billing").secret);
  EXPECT_EQ(secrets.size(), 1'000u);
}

TEST(TokenTest, IsMadeForANameOnly) {
  EXPECT_THAT(CreateToken("a_b"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a-z, 0-9 and -")));
  EXPECT_THAT(CreateToken(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(TokenTest, TakesAllUnderscoresBehindTheNameForTheSecret) {
  const std::string secret(42, '_');
  const std::optional<Token> token = ParseToken(absl::StrCat("cs_a_", secret, "8"));
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->identity, "a");
}

TEST(TokenTest, IsNotReadFromAnythingElse) {
  const std::string secret = kCounted;
  ASSERT_TRUE(ParseToken("cs_a_" + secret).has_value());
  const std::string cases[] = {
      "",
      "cs_",
      "cs_a",
      "cs_a_",
      secret,
      "a_" + secret,
      "CS_a_" + secret,
      "cs-a_" + secret,
      " cs_a_" + secret,
      "cs__" + secret,
      "cs_A_" + secret,
      "cs_a:b_" + secret,
      "cs_" + std::string(64, 'a') + "_" + secret,
      "cs_a_b_" + secret,
      "cs_a_" + secret.substr(1),
      "cs_a_" + secret + "A",
      "cs_a_" + secret + "=",
      "cs_a_" + secret + " ",
      "cs_a_" + secret + "\n",
      "cs_a_ " + secret,
      "cs_a_+" + secret.substr(1),
      "cs_a_/" + secret.substr(1),
      "cs_a_" + std::string(1, '\0') + secret.substr(1),
      "cs_a_" + secret.substr(0, 20) + "\r\n" + secret.substr(20),
      // The same 32 bytes, and bits beyond them.
      "cs_a_" + secret.substr(0, 42) + "9",
  };
  for (const std::string& text : cases) EXPECT_FALSE(ParseToken(text).has_value()) << text;
}

}  // namespace
}  // namespace cachestore
