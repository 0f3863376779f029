// SPDX-License-Identifier: Apache-2.0

// What an auth file may hold, and what a caller may send as its token: any bytes. `./dev fuzz
// auth_file` has libFuzzer make them up; auth_file_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "credentials/role.h"
#include "credentials/token.h"
#include "credentials/token_hash.h"
#include "service/access/access_table.h"
#include "service/access/auth_file.h"
#include "service/access/identity.h"
#include "tests/testing/require.h"

namespace cachestore {
namespace {

using Table = absl::StatusOr<std::unique_ptr<const AccessTable>>;

// No message of ours has as many hex digits in a row as the shortest part of a hash.
bool HasHash(absl::string_view message) {
  size_t digits = 0;
  for (const char c : message) {
    digits = absl::ascii_isxdigit(static_cast<unsigned char>(c)) ? digits + 1 : 0;
    if (digits == 32) return true;
  }
  return false;
}

void CheckError(const absl::Status& error, absl::string_view bytes) {
  RequireClearError(error, bytes);
  Require(absl::StartsWith(error.message(), "auth_file: "), "an error names the setting", bytes);
  Require(error.message().size() < 256, "an error is short", bytes);
  Require(!HasHash(error.message()), "an error repeats no hash", bytes);
}

// A line of a file that was accepted says what the table finds.
void CheckLine(absl::string_view line, const AccessTable& table, absl::string_view bytes) {
  const std::vector<std::string> words =
      absl::StrSplit(line.substr(0, line.find('#')), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty()) return;
  if (words[0] == "namespace") {
    const auto caps = table.namespaces().find(words[1]);
    Require(caps != table.namespaces().end() && caps->second != NamespaceCaps(),
            "a namespace has the caps in its line", bytes);
    return;
  }
  Require(words.size() == 4, "a line has four words", bytes);
  absl::string_view certificate = words[3];
  if (!absl::ConsumePrefix(&certificate, "cert:")) return;
  const absl::StatusOr<const Identity*> found = table.FindByCertificate({std::string(certificate)});
  Require(found.ok() && (*found)->name == words[0] && RoleName((*found)->role) == words[1] &&
              (*found)->namespace_name == words[2],
          "a certificate is of the identity in its line", bytes);
}

void CheckFile(absl::string_view bytes) {
  const Table table = ParseAuthFile(bytes);
  std::vector<absl::string_view> lines = absl::StrSplit(bytes, '\n');
  std::reverse(lines.begin(), lines.end());
  Require(ParseAuthFile(absl::StrJoin(lines, "\n")).ok() == table.ok(),
          "the order of the lines does not matter", bytes);
  if (!table.ok()) return CheckError(table.status(), bytes);
  for (const absl::string_view line : lines) CheckLine(line, **table, bytes);
  Require(!ParseAuthFile(absl::StrCat(bytes, "\n", bytes)).ok(), "no credential stands twice",
          bytes);
  for (const absl::string_view header : lines) {
    const absl::StatusOr<const Identity*> found = (*table)->FindByAuthorization(header);
    Require(found.ok() || found.status().code() == absl::StatusCode::kUnauthenticated,
            "who is refused is UNAUTHENTICATED", bytes);
  }
}

void CheckToken(absl::string_view text) {
  const std::optional<Token> token = ParseToken(text);
  Require(!token.has_value() || FormatToken(*token) == text, "a token has one form", text);
  const std::optional<TokenHash> hash = TokenHash::Parse(text);
  Require(!hash.has_value() ||
              hash->Text() == absl::StrCat("sha256:", absl::AsciiStrToLower(text.substr(7))),
          "a hash is written as it was read", text);
}

}  // namespace
}  // namespace cachestore

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = size_t{32} * 1024;
  const absl::string_view input(reinterpret_cast<const char*>(data), std::min(size, kMaxInput));
  cachestore::CheckFile(input);
  cachestore::CheckToken(input);
  return 0;
}
