// SPDX-License-Identifier: Apache-2.0
#include "service/access/access_table.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "credentials/role.h"
#include "credentials/token.h"
#include "credentials/token_hash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/access/identity.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kRefused = absl::StatusCode::kUnauthenticated;

Token TokenOf(const std::string& identity, uint8_t number) {
  Token token{.identity = identity, .secret = {}};
  token.secret.fill(number);
  return token;
}

std::string Bearer(const Token& token) { return absl::StrCat("Bearer ", FormatToken(token)); }

// An identity with tokens of these numbers.
AccessTable::Entry EntryOf(const std::string& name, const std::vector<uint8_t>& tokens,
                           std::vector<std::string> certificates = {}) {
  AccessTable::Entry entry{
      .identity = {.name = name, .role = Role::kWrite, .namespace_name = "of-" + name},
      .certificates = std::move(certificates)};
  for (const uint8_t number : tokens) {
    const absl::StatusOr<TokenHash> hash = TokenHash::Of(TokenOf(name, number).secret);
    EXPECT_THAT(hash, IsOk());
    entry.tokens.push_back(hash.value_or(TokenHash()));
  }
  return entry;
}

// The name that was found, or why none was.
std::string NameOf(const absl::StatusOr<const Identity*>& found) {
  return found.ok() ? (*found)->name : std::string(found.status().message());
}

class AccessTableTest : public testing::Test {
 protected:
  const AccessTable table_{{EntryOf("billing", {1, 2, 3}, {"billing.example.com", "billing.local"}),
                            EntryOf("reports", {4}, {"reports.example.com"}),
                            EntryOf("robot", {}, {"spiffe://example.com/robot"})}};
};

TEST_F(AccessTableTest, FindsWhoseTokenItIs) {
  const absl::StatusOr<const Identity*> found =
      table_.FindByAuthorization(Bearer(TokenOf("reports", 4)));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ((*found)->name, "reports");
  EXPECT_EQ((*found)->role, Role::kWrite);
  EXPECT_EQ((*found)->namespace_name, "of-reports");
}

TEST_F(AccessTableTest, EachTokenOfAnIdentityIsEnough) {
  for (const uint8_t number : {1, 2, 3}) {
    EXPECT_EQ(NameOf(table_.FindByAuthorization(Bearer(TokenOf("billing", number)))), "billing");
  }
}

TEST_F(AccessTableTest, TheSchemeIsInLettersOfEitherCase) {
  const std::string token = FormatToken(TokenOf("reports", 4));
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER ", "bEaReR   "}) {
    EXPECT_EQ(NameOf(table_.FindByAuthorization(scheme + token)), "reports") << scheme;
  }
}

TEST_F(AccessTableTest, AnotherSchemeIsRefused) {
  const std::string token = FormatToken(TokenOf("reports", 4));
  for (const std::string& header :
       {std::string(), token, " " + token, "Bearer" + token, "Bearer\t" + token, " Bearer " + token,
        "Basic " + token, "Bearer," + token, std::string("Bearer")}) {
    EXPECT_THAT(table_.FindByAuthorization(header),
                StatusIs(kRefused, AllOf(HasSubstr("authorization: is of another scheme"),
                                         HasSubstr("send Bearer"))))
        << header;
  }
}

TEST_F(AccessTableTest, WhatIsNoTokenIsRefused) {
  const std::string token = FormatToken(TokenOf("reports", 4));
  for (const std::string& text :
       {std::string(), std::string("password"), token + " ", absl::StrCat(token, ",", token),
        "\t" + token, token.substr(1), token.substr(0, token.size() - 1),
        token + std::string(1, '\0')}) {
    EXPECT_THAT(table_.FindByAuthorization("Bearer " + text),
                StatusIs(kRefused, HasSubstr("authorization: holds no token")))
        << text;
  }
}

TEST_F(AccessTableTest, ATokenOfAnotherIsRefused) {
  EXPECT_THAT(table_.FindByAuthorization(Bearer(TokenOf("billing", 4))), StatusIs(kRefused));
  EXPECT_THAT(table_.FindByAuthorization(Bearer(TokenOf("reports", 1))), StatusIs(kRefused));
  EXPECT_THAT(table_.FindByAuthorization(Bearer(TokenOf("reports", 5))), StatusIs(kRefused));
  EXPECT_THAT(table_.FindByAuthorization(Bearer(TokenOf("robot", 1))), StatusIs(kRefused));
}

// Nor does its time, below.
TEST_F(AccessTableTest, AnErrorTellsNeitherWhoIsThereNorASecret) {
  const absl::Status wrong_secret =
      table_.FindByAuthorization(Bearer(TokenOf("reports", 9))).status();
  const absl::Status wrong_name = table_.FindByAuthorization(Bearer(TokenOf("nobody", 9))).status();
  EXPECT_EQ(wrong_secret, wrong_name);
  EXPECT_THAT(wrong_secret,
              StatusIs(kRefused, AllOf(HasSubstr("ask its operator"), Not(HasSubstr("reports")),
                                       Not(HasSubstr("CQkJ")))));
  const absl::Status broken =
      table_.FindByAuthorization(Bearer(TokenOf("reports", 9)) + "x").status();
  EXPECT_THAT(broken, StatusIs(kRefused, AllOf(Not(HasSubstr("reports")), Not(HasSubstr("CQkJ")))));
}

int64_t ThreadNanos() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// What a look-up takes of the processor at least, so that nothing else on the machine counts.
int64_t LeastNanos(const AccessTable& table, const std::string& header) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int round = 0; round < 2'000; ++round) {
    const int64_t start = ThreadNanos();
    EXPECT_FALSE(table.FindByAuthorization(header).ok());
    least = std::min(least, ThreadNanos() - start);
  }
  return least;
}

// One hash of eight would be an eighth, none of them nothing.
TEST_F(AccessTableTest, ARefusalTakesTheSameTimeWhateverTheName) {
  const AccessTable table({EntryOf("eight", {1, 2, 3, 4, 5, 6, 7, 8}), EntryOf("one", {1}),
                           EntryOf("robot", {}, {"r"})});
  const auto of_eight = static_cast<double>(LeastNanos(table, Bearer(TokenOf("eight", 9))));
  for (const std::string name : {"one", "robot", "nobody"}) {
    const auto of_name = static_cast<double>(LeastNanos(table, Bearer(TokenOf(name, 9))));
    EXPECT_GT(of_name, 0.6 * of_eight) << name;
    EXPECT_LT(of_name, 1.6 * of_eight) << name;
  }
}

TEST_F(AccessTableTest, FindsWhoseCertificateItIs) {
  EXPECT_EQ(NameOf(table_.FindByCertificate({"billing.local"})), "billing");
  EXPECT_EQ(NameOf(table_.FindByCertificate({"spiffe://example.com/robot"})), "robot");
}

TEST_F(AccessTableTest, ACertificateMayHaveNamesThatNobodyKnows) {
  EXPECT_EQ(NameOf(table_.FindByCertificate({"host-7", "reports.example.com", "host-7.local"})),
            "reports");
}

TEST_F(AccessTableTest, ACertificateMayHaveSeveralNamesOfOneIdentity) {
  EXPECT_EQ(
      NameOf(table_.FindByCertificate({"billing.local", "billing.example.com", "billing.local"})),
      "billing");
}

TEST_F(AccessTableTest, ACertificateOfTwoIdentitiesIsRefused) {
  EXPECT_THAT(table_.FindByCertificate({"billing.local", "x", "reports.example.com"}),
              StatusIs(kRefused, AllOf(HasSubstr("certificate: its names are those of two"),
                                       Not(HasSubstr("billing")), Not(HasSubstr("reports")))));
}

TEST_F(AccessTableTest, ACertificateThatNobodyKnowsIsRefused) {
  const std::vector<std::string> cases[] = {
      {},
      {""},
      {"billing"},
      {"Billing.local"},
      {"billing.local."},
      {"*.example.com"},
      {std::string("billing.local\0", 14)},
      {std::string("billing.local\0.evil.example", 27)},
  };
  for (const std::vector<std::string>& names : cases) {
    EXPECT_THAT(table_.FindByCertificate(names),
                StatusIs(kRefused, AllOf(HasSubstr("certificate: none of its names"),
                                         HasSubstr("ask its operator"), Not(HasSubstr("illing")))))
        << testing::PrintToString(names);
  }
}

}  // namespace
}  // namespace cachestore
