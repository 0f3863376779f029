// SPDX-License-Identifier: Apache-2.0
#include "credentials/token_hash.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "credentials/token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::MatchesRegex;

// The digest is what sha256sum says of the bytes 00 01 ... 0f (the salt) and 00 01 ... 1f (the
// secret).
constexpr char kSalt[] = "000102030405060708090a0b0c0d0e0f";
constexpr char kDigest[] = "95e66ce408bcb45134e08d159c51e1f4f3432cba4204228e3473e5648bb4408e";

Token::Secret CountedSecret() {
  Token::Secret secret;
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<uint8_t>(i);
  return secret;
}

TokenHash HashOf(const Token::Secret& secret) {
  const absl::StatusOr<TokenHash> hash = TokenHash::Of(secret);
  EXPECT_THAT(hash, IsOk());
  return hash.value_or(TokenHash());
}

TEST(TokenHashTest, MatchesTheSecretThatItIsOf) {
  EXPECT_TRUE(HashOf(CountedSecret()).Matches(CountedSecret()));
}

TEST(TokenHashTest, MatchesNoSecretThatDiffersInABit) {
  const TokenHash hash = HashOf(CountedSecret());
  for (size_t bit = 0; bit < 8 * CountedSecret().size(); ++bit) {
    Token::Secret secret = CountedSecret();
    secret[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_FALSE(hash.Matches(secret)) << "bit " << bit;
  }
}

TEST(TokenHashTest, IsSha256OfSaltAndSecret) {
  const auto hash = TokenHash::Parse(absl::StrCat("sha256:", kSalt, ":", kDigest));
  ASSERT_TRUE(hash.has_value());
  EXPECT_TRUE(hash->Matches(CountedSecret()));
}

// Neither half of the digest, nor a digit of the salt, is of no consequence.
TEST(TokenHashTest, EveryDigitCounts) {
  const std::string text = absl::StrCat("sha256:", kSalt, ":", kDigest);
  for (size_t i = sizeof("sha256:") - 1; i < text.size(); ++i) {
    if (text[i] == ':') continue;
    std::string other = text;
    other[i] = other[i] == '0' ? '1' : '0';
    const auto hash = TokenHash::Parse(other);
    ASSERT_TRUE(hash.has_value()) << other;
    EXPECT_FALSE(hash->Matches(CountedSecret())) << other;
  }
}

TEST(TokenHashTest, HasANewSaltEachTime) {
  EXPECT_NE(HashOf(CountedSecret()).Text(), HashOf(CountedSecret()).Text());
}

TEST(TokenHashTest, ReadsWhatItWrites) {
  const std::string text = HashOf(CountedSecret()).Text();
  EXPECT_THAT(text, MatchesRegex("sha256:[0-9a-f]{32}:[0-9a-f]{64}"));
  const auto read = TokenHash::Parse(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->Text(), text);
  EXPECT_TRUE(read->Matches(CountedSecret()));
}

TEST(TokenHashTest, ReadsDigitsOfEitherCase) {
  const std::string salt(32, 'a');
  const std::string digest(64, 'f');
  const auto read = TokenHash::Parse(
      absl::StrCat("sha256:", absl::AsciiStrToUpper(salt), ":", absl::AsciiStrToUpper(digest)));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->Text(), absl::StrCat("sha256:", salt, ":", digest));
}

TEST(TokenHashTest, MatchesNothingIfItIsOfNothing) {
  EXPECT_FALSE(TokenHash().Matches(Token::Secret{}));
  EXPECT_FALSE(TokenHash().Matches(CountedSecret()));
}

TEST(TokenHashTest, IsNotReadFromAnythingElse) {
  const std::string salt = kSalt;
  const std::string digest = kDigest;
  const std::string cases[] = {
      "",
      "sha256",
      "sha256:",
      "sha256::",
      "sha256:" + salt,
      "sha256:" + salt + ":",
      "sha256::" + digest,
      "sha256:" + salt + digest,
      "sha1:" + salt + ":" + digest,
      "SHA256:" + salt + ":" + digest,
      salt + ":" + digest,
      ":" + salt + ":" + digest,
      "sha256:" + salt + ":" + digest + ":",
      "sha256:" + salt + ":" + digest + "0",
      "sha256:" + salt + ":" + digest.substr(1),
      "sha256:" + salt + "00:" + digest,
      "sha256:" + salt.substr(2) + ":" + digest,
      "sha256:g" + salt.substr(1) + ":" + digest,
      "sha256:" + salt + ":" + digest.substr(1) + "g",
      "sha256:" + salt + ":" + digest.substr(1) + " ",
      "sha256:" + digest + ":" + salt,
  };
  for (const std::string& text : cases) EXPECT_FALSE(TokenHash::Parse(text).has_value()) << text;
}

}  // namespace
}  // namespace cachestore
