// SPDX-License-Identifier: Apache-2.0
#include "service/access/auth_file.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "credentials/role.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/access/access_table.h"
#include "service/access/identity.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The bytes 00 01 ... 1f as the secret of a token, and its hash with the salt 00 01 ... 0f.
constexpr char kSecret[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
constexpr char kToken[] =
    "token:sha256:000102030405060708090a0b0c0d0e0f:"
    "95e66ce408bcb45134e08d159c51e1f4f3432cba4204228e3473e5648bb4408e";

// A token in its stored form, of nobody knows what, another one for each number.
std::string TokenNumber(int number) {
  return absl::StrCat("token:sha256:", absl::Hex(number, absl::kZeroPad16),
                      absl::Hex(number, absl::kZeroPad16), ":", std::string(64, 'e'));
}

std::unique_ptr<const AccessTable> Parsed(const std::string& text) {
  absl::StatusOr<std::unique_ptr<const AccessTable>> table = ParseAuthFile(text);
  EXPECT_THAT(table, IsOk()) << text;
  return table.ok() ? *std::move(table)
                    : std::make_unique<const AccessTable>(std::vector<AccessTable::Entry>());
}

// Who shows the token above under a name, or a certificate.
Identity OfToken(const AccessTable& table, const std::string& name) {
  const auto found = table.FindByAuthorization(absl::StrCat("Bearer cs_", name, "_", kSecret));
  EXPECT_THAT(found, IsOk()) << name;
  return found.ok() ? **found : Identity();
}

Identity OfCertificate(const AccessTable& table, const std::string& name) {
  const auto found = table.FindByCertificate({name});
  EXPECT_THAT(found, IsOk()) << name;
  return found.ok() ? **found : Identity();
}

TEST(AuthFileTest, ReadsEveryPart) {
  const auto table =
      Parsed(absl::StrCat("# name role namespace credential\n"
                          "billing write bills ",
                          kToken,
                          "\n"
                          "reports read bills cert:reports.example.com\n"));
  const Identity billing = OfToken(*table, "billing");
  EXPECT_EQ(billing.name, "billing");
  EXPECT_EQ(billing.role, Role::kWrite);
  EXPECT_EQ(billing.namespace_name, "bills");
  const Identity reports = OfCertificate(*table, "reports.example.com");
  EXPECT_EQ(reports.name, "reports");
  EXPECT_EQ(reports.role, Role::kRead);
  EXPECT_EQ(reports.namespace_name, "bills");
}

TEST(AuthFileTest, LinesMayBeBlankOrCommentsAndWordsFarApart) {
  const auto table =
      Parsed(absl::StrCat("\n   \n\t\n#\n  # cert:a.example x\n", "\tops \t admin\t\tall   ",
                          kToken, "  # until June\n", "dev read all cert:dev.example#at once\n\n"));
  EXPECT_EQ(OfToken(*table, "ops").role, Role::kAdmin);
  EXPECT_EQ(OfCertificate(*table, "dev.example").name, "dev");
  EXPECT_THAT(table->FindByCertificate({"a.example"}), Not(IsOk()));
}

TEST(AuthFileTest, TheLastLineNeedsNoNewline) {
  EXPECT_EQ(OfToken(*Parsed(absl::StrCat("a read a ", kToken)), "a").name, "a");
}

TEST(AuthFileTest, AnIdentityHasAsManyLinesAsItHasCredentials) {
  const auto table = Parsed(absl::StrCat("a write x ", TokenNumber(1), "\n",  //
                                         "b read x ", TokenNumber(2), "\n",   //
                                         "a write x cert:a.example\n",        //
                                         "a write x ", kToken, "\n",          //
                                         "a write x cert:a.test\n"));
  EXPECT_EQ(OfToken(*table, "a").role, Role::kWrite);
  EXPECT_EQ(OfCertificate(*table, "a.example").name, "a");
  EXPECT_EQ(OfCertificate(*table, "a.test").name, "a");
}

TEST(AuthFileTest, CertificatesHaveNamesOfHostsAddressesAndUris) {
  for (const std::string name :
       {"cache", "a_b.example.com", "ops+cache@example.com", "spiffe://example.com/ns/a/sa/b~c",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "2001:db8::1", "https://a/%20"}) {
    EXPECT_EQ(OfCertificate(*Parsed("a read a cert:" + name), name).name, "a");
  }
}

TEST(AuthFileTest, ANamespaceMayHaveCaps) {
  const auto table = Parsed(
      "namespace one max_entries=1000 max_bytes=64MiB\n"
      "a read one cert:a.example\nb read two cert:b.example\nc read three cert:c.example\n"
      "namespace two max_bytes=1\n");
  EXPECT_THAT(table->namespaces(),
              UnorderedElementsAre(
                  Pair("one", NamespaceCaps{.max_entries = 1000, .max_bytes = size_t{64} << 20}),
                  Pair("two", NamespaceCaps{.max_bytes = 1}), Pair("three", NamespaceCaps{})));
}

TEST(AuthFileTest, CapsThatAreNoneAreRefused) {
  for (const char* const line :
       {"namespace", "namespace one", "namespace max_bytes=1 one", "namespace One max_bytes=1",
        "namespace one max_bytes=0", "namespace one max_bytes=many", "namespace one max_entries=0",
        "namespace one max_entries=1KiB", "namespace one max_ttl=1",
        "namespace one max_bytes=1 max_bytes=2", "namespace one max_bytes=1 max_entries=1 x=1",
        "namespace read one cert:b.example"}) {
    EXPECT_THAT(ParseAuthFile(absl::StrCat("a read one cert:a.example\n", line)),
                StatusIs(kInvalid, AllOf(StartsWith("auth_file: line 2: says no caps"),
                                         HasSubstr("max_bytes=64MiB"))))
        << line;
  }
  EXPECT_THAT(ParseAuthFile("a read one cert:a.example\nnamespace two max_bytes=1\n"),
              StatusIs(kInvalid, HasSubstr("line 2: nobody has this namespace")));
  EXPECT_THAT(ParseAuthFile("a read one cert:a.example\nnamespace one max_bytes=1\n"
                            "namespace one max_entries=1\n"),
              StatusIs(kInvalid, HasSubstr("line 3: the namespace has caps in line 2 already")));
}

struct Refused {
  std::string line;
  std::string problem;
  std::string takes;
};

TEST(AuthFileTest, SaysWhichLineIsWrongWhyAndWhatToWrite) {
  const std::string token = kToken;
  const std::string hash = token.substr(std::string("token:").size());
  const std::string name_form = "takes 1 to 63 characters of a-z, 0-9 and -";
  const std::string token_form = "as `cachectl token new` prints it, or cert:NAME";
  const Refused cases[] = {
      {"a", "has 1 word;", "takes four"},
      {"a read a", "has 3 words", "takes four"},
      {"a read " + token, "has 3 words", "takes four"},
      {"a read a # " + token, "has 3 words", "takes four"},
      {"a read a " + token + " b", "has 5 words", "takes four"},
      {"A read a " + token, "the first word is no name", name_form},
      {"a_b read a " + token, "the first word is no name", name_form},
      {std::string(64, 'a') + " read a " + token, "the first word is no name", name_form},
      {token + " read a a", "the first word is no name", name_form},
      {"a Read a " + token, "the second word is no role", "takes read, write or admin"},
      {"a a read " + token, "the second word is no role", "takes read, write or admin"},
      {"a read,write a " + token, "the second word is no role", "takes read, write or admin"},
      {"a read a:b " + token, "the third word is no namespace", name_form},
      {"a read * " + token, "the third word is no namespace", name_form},
      {"a read " + token + " a", "the third word is no namespace", name_form},
      {"a read a " + hash, "the fourth word is no credential", token_form},
      {"a read a Token:" + hash, "the fourth word is no credential", token_form},
      {std::string("a read a cs_a_") + kSecret, "the fourth word is no credential", token_form},
      {std::string("a read a token:cs_a_") + kSecret, "the fourth word is no token in its stored",
       token_form},
      {"a read a token:", "the fourth word is no token in its stored", token_form},
      {"a read a " + token + "0", "the fourth word is no token in its stored", token_form},
      {"a read a token:sha512:" + hash, "the fourth word is no token in its stored", token_form},
      {"a read a cert:", "the fourth word names no certificate",
       "such as cert:reports.example.com"},
      {"a read a cert:*.example.com", "the fourth word names no certificate", "without patterns"},
      {"a read a cert:a,b", "the fourth word names no certificate", "such as cert:"},
      {"a read a " + token + "\r", "byte 120 is not printable ASCII", "with a newline alone"},
      {"# caf\xc3\xa9", "byte 6 is not printable ASCII", "write nothing else, also in comments"},
      {std::string("\0", 1), "byte 1 is not printable ASCII", "write nothing else"},
      {"a read a cert:a\x7f", "byte 16 is not printable ASCII", "write nothing else"},
      {"#" + std::string(1024, 'x'), "is 1025 bytes; the limit is 1024", "comments in several"},
  };
  for (const Refused& c : cases) {
    // Good lines around it, and a comment and a blank line that count, too.
    const std::string text =
        absl::StrCat("# who\n\nz read z cert:z.example\n", c.line, "\ny read z cert:y.example\n");
    EXPECT_THAT(ParseAuthFile(text),
                StatusIs(kInvalid,
                         AllOf(StartsWith("auth_file: line 4: " + c.problem), HasSubstr(c.takes))))
        << c.line;
  }
}

TEST(AuthFileTest, TheFirstWrongLineIsTheOneThatIsNamed) {
  EXPECT_THAT(ParseAuthFile("one\ntwo\n"), StatusIs(kInvalid, StartsWith("auth_file: line 1: ")));
}

TEST(AuthFileTest, ALineMayBeAsLongAsTheLimit) {
  Parsed("#" + std::string(kMaxAuthLineBytes - 1, 'x') + "\na read a cert:a");
}

TEST(AuthFileTest, ANameHasOneRole) {
  EXPECT_THAT(
      ParseAuthFile(absl::StrCat("a read a ", kToken, "\n\na write a cert:a.example")),
      StatusIs(kInvalid, StartsWith("auth_file: line 3: the role is not the one that line 1 "
                                    "gives this name; write the same")));
}

TEST(AuthFileTest, ANameHasOneNamespace) {
  EXPECT_THAT(ParseAuthFile(absl::StrCat("a read a ", kToken, "\na read b cert:a.example")),
              StatusIs(kInvalid, StartsWith("auth_file: line 2: the namespace is not the one that "
                                            "line 1 gives this name; write the same")));
}

TEST(AuthFileTest, ACredentialIsGivenOnce) {
  const std::string token = kToken;
  const std::string upper = absl::StrCat("token:sha256:000102030405060708090A0B0C0D0E0F:",
                                         token.substr(token.size() - 64));
  const std::string problem = "auth_file: line 3: the credential stands in line 1 already";
  for (const std::string& again : {"a read a " + token, "a read a " + upper, "b read b " + token}) {
    EXPECT_THAT(ParseAuthFile(absl::StrCat("a read a ", token, "\nb read b cert:b\n", again)),
                StatusIs(kInvalid, StartsWith(problem)))
        << again;
  }
  for (const std::string again : {"a read a cert:a.example", "b read b cert:a.example"}) {
    EXPECT_THAT(ParseAuthFile(absl::StrCat("a read a cert:a.example\nb read b cert:b\n", again)),
                StatusIs(kInvalid, StartsWith(problem)))
        << again;
  }
}

TEST(AuthFileTest, AnIdentityHasUpToEightTokens) {
  std::string text = "b read b cert:b\n";
  for (int i = 0; i < 7; ++i) absl::StrAppend(&text, "a read a ", TokenNumber(i), "\n");
  absl::StrAppend(&text, "a read a ", kToken, "\n");
  EXPECT_EQ(OfToken(*Parsed(text), "a").name, "a");
  EXPECT_THAT(ParseAuthFile(absl::StrCat(text, "a read a ", TokenNumber(8))),
              StatusIs(kInvalid, StartsWith("auth_file: line 10: is one token too many of this "
                                            "name; the limit is 8: leave out the oldest")));
}

TEST(AuthFileTest, ThereAreUpTo1024Identities) {
  std::string text;
  for (int i = 0; i < 1024; ++i) absl::StrAppend(&text, "n", i, " read a cert:n", i, "\n");
  EXPECT_EQ(OfCertificate(*Parsed(text), "n1023").name, "n1023");
  Parsed(absl::StrCat(text, "n7 read a cert:another"));
  EXPECT_THAT(ParseAuthFile(absl::StrCat(text, "n1024 read a cert:n1024")),
              StatusIs(kInvalid, StartsWith("auth_file: line 1025: is one identity too many; the "
                                            "limit is 1024: give one to each program")));
}

TEST(AuthFileTest, IsAMebibyteAtMost) {
  std::string text = "a read a cert:a\n";
  while (text.size() < kMaxAuthFileBytes) absl::StrAppend(&text, "#\n");
  ASSERT_EQ(text.size(), kMaxAuthFileBytes);
  Parsed(text);
  EXPECT_THAT(ParseAuthFile(text + "\n"),
              StatusIs(kInvalid,
                       "auth_file: is 1048577 bytes; the limit is 1048576: leave out "
                       "comments and old tokens"));
}

TEST(AuthFileTest, NamesSomebody) {
  for (const std::string text : {"", "\n", "# a read a cert:a\n", "\t\n \n"}) {
    EXPECT_THAT(ParseAuthFile(text),
                StatusIs(kInvalid, AllOf(StartsWith("auth_file: names nobody"),
                                         HasSubstr("`cachectl token new NAME`"))))
        << text;
  }
}

// Whatever word a secret or a hash stands in for.
TEST(AuthFileTest, NeverRepeatsAWord) {
  const std::string secret = absl::StrCat("cs_hunter2_", kSecret);
  const std::string token = kToken;
  for (const std::string& hidden : {secret, "token:" + secret, "cert:*" + secret, token + "0",
                                    secret + "\x7f", std::string("HUNTER2")}) {
    for (const std::string form :
         {"$", "$ read a cert:a", "a $ a cert:a", "a read $ cert:a", "a read a $",
          "a read a cert:a $", "a read a cert:a\na read b $"}) {
      const std::string text = absl::StrJoin(absl::StrSplit(form, '$'), hidden);
      EXPECT_THAT(ParseAuthFile(text),
                  StatusIs(kInvalid, AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("HUNTER2")),
                                           Not(HasSubstr("AAEC")), Not(HasSubstr("95e66c")),
                                           Not(HasSubstr("0001020304")))))
          << text;
    }
  }
}

}  // namespace
}  // namespace cachestore
