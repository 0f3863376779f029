// SPDX-License-Identifier: Apache-2.0
#include "service/access/auth_file.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "credentials/name.h"
#include "credentials/role.h"
#include "credentials/token_hash.h"
#include "service/access/namespace_caps.h"
#include "stores/settings.h"

namespace cachestore {
namespace {

constexpr char kCredentialForm[] =
    "token:sha256:SALT:HASH, as `cachectl token new` prints it, or cert:NAME";

// The first word of a line that says how much a namespace holds.
constexpr absl::string_view kNamespaceWord = "namespace";

constexpr char kCapsForm[] =
    "namespace NAME, and max_entries=NUMBER or max_bytes=BYTES or both, such as max_bytes=64MiB";

// What is wrong with a line. The message goes on where one that names the line stops.
template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

// What names in certificates are made of: those of hosts, e-mail addresses and URIs. A * would look
// like a pattern, and match nothing but itself.
bool IsCertificateName(absl::string_view text) {
  constexpr absl::string_view kSigns = ".-_:/@%+~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kSigns.find(c) != absl::string_view::npos;
  });
}

absl::Status CheckBytes(absl::string_view line) {
  if (line.size() > kMaxAuthLineBytes) {
    return Wrong("is ", line.size(), " bytes; the limit is ", kMaxAuthLineBytes,
                 ": write one credential a line, and comments in several");
  }
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t' || absl::ascii_isprint(static_cast<unsigned char>(line[i]))) continue;
    return Wrong("byte ", i + 1, " is not printable ASCII; write nothing else, also in comments, ",
                 "and end each line with a newline alone");
  }
  return absl::OkStatus();
}

// Gathers what the lines say, and finds what they contradict.
class Entries {
 public:
  // Reads the line of that number.
  absl::Status Add(absl::string_view line, size_t number);

  // What all lines say, once the last is read.
  absl::StatusOr<std::unique_ptr<const AccessTable>> Take() &&;

 private:
  // Where the lines of an identity go.
  struct Place {
    size_t index;       // In entries_.
    size_t first_line;  // The number of the first one.
  };

  absl::Status AddCaps(absl::Span<const absl::string_view> words, size_t number);
  absl::StatusOr<AccessTable::Entry*> EntryOf(Identity identity, size_t number);
  absl::Status AddCredential(absl::string_view text, size_t number, AccessTable::Entry& entry);

  std::vector<AccessTable::Entry> entries_;
  absl::flat_hash_map<std::string, Place> by_name_;
  absl::flat_hash_map<std::string, size_t> credentials_;  // And the lines that they stand in.
  CappedNamespaces caps_;
  std::map<std::string, size_t> caps_lines_;  // Of the caps of a namespace.
};

absl::Status Entries::Add(absl::string_view line, size_t number) {
  if (absl::Status status = CheckBytes(line); !status.ok()) return status;
  const std::vector<absl::string_view> words =
      absl::StrSplit(line.substr(0, line.find('#')), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty()) return absl::OkStatus();
  if (words[0] == kNamespaceWord) return AddCaps(words, number);
  if (words.size() != 4) {
    return Wrong("has ", words.size(), words.size() == 1 ? " word" : " words",
                 "; takes four: a name, a role, a namespace and a credential");
  }
  if (!IsName(words[0])) return Wrong("the first word is no name; takes ", kNameForm);
  const std::optional<Role> role = ParseRole(words[1]);
  if (!role.has_value()) return Wrong("the second word is no role; takes ", kRoleForm);
  if (!IsName(words[2])) return Wrong("the third word is no namespace; takes ", kNameForm);
  const absl::StatusOr<AccessTable::Entry*> entry = EntryOf(
      {.name = std::string(words[0]), .role = *role, .namespace_name = std::string(words[2])},
      number);
  if (!entry.ok()) return entry.status();
  return AddCredential(words[3], number, **entry);
}

absl::Status Entries::AddCaps(absl::Span<const absl::string_view> words, size_t number) {
  if (words.size() < 3 || words.size() > 4 || !IsName(words[1])) {
    return Wrong("says no caps of a namespace; takes ", kCapsForm);
  }
  const auto [line, is_new] = caps_lines_.try_emplace(std::string(words[1]), number);
  if (!is_new) {
    return Wrong("the namespace has caps in line ", line->second,
                 " already; leave out one of them");
  }
  NamespaceCaps& caps = caps_[line->first];
  for (absl::string_view word : words.subspan(2)) {
    size_t value = 0;
    const bool is_entries = absl::ConsumePrefix(&word, "max_entries=");
    std::optional<size_t>& cap = is_entries ? caps.max_entries : caps.max_bytes;
    const bool is_cap =
        is_entries ? ParseMaxEntries(word, value)
                   : absl::ConsumePrefix(&word, "max_bytes=") && ParseMaxBytes(word, value);
    if (!is_cap || cap.has_value()) return Wrong("says no caps; takes ", kCapsForm);
    cap = value;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<const AccessTable>> Entries::Take() && {
  if (entries_.empty()) {
    return Wrong(
        "auth_file: names nobody, so nobody could call; write a line that `cachectl token "
        "new NAME` prints");
  }
  for (const AccessTable::Entry& entry : entries_) caps_lines_.erase(entry.identity.namespace_name);
  if (!caps_lines_.empty()) {
    const auto by_line = [](const auto& one, const auto& other) {
      return one.second < other.second;
    };
    return Wrong("auth_file: line ",
                 std::min_element(caps_lines_.begin(), caps_lines_.end(), by_line)->second,
                 ": nobody has this namespace; write one that the third word of a line is");
  }
  return std::make_unique<const AccessTable>(std::move(entries_), std::move(caps_));
}

absl::StatusOr<AccessTable::Entry*> Entries::EntryOf(Identity identity, size_t number) {
  const auto [found, is_new] =
      by_name_.try_emplace(identity.name, Place{.index = entries_.size(), .first_line = number});
  if (is_new) {
    if (entries_.size() == kMaxIdentities) {
      return Wrong("is one identity too many; the limit is ", kMaxIdentities,
                   ": give one to each program, not to each of its processes");
    }
    entries_.push_back({.identity = std::move(identity)});
    return &entries_.back();
  }
  const auto [index, first_line] = found->second;
  const Identity& first = entries_[index].identity;
  if (identity.role != first.role) {
    return Wrong("the role is not the one that line ", first_line,
                 " gives this name; write the same in both, or another name");
  }
  if (identity.namespace_name != first.namespace_name) {
    return Wrong("the namespace is not the one that line ", first_line,
                 " gives this name; write the same in both, or another name");
  }
  return &entries_[index];
}

absl::Status Entries::AddCredential(absl::string_view text, size_t number,
                                    AccessTable::Entry& entry) {
  std::string same;  // The same for every way to write the credential.
  if (absl::ConsumePrefix(&text, "token:")) {
    const std::optional<TokenHash> hash = TokenHash::Parse(text);
    if (!hash.has_value()) {
      return Wrong("the fourth word is no token in its stored form; takes ", kCredentialForm);
    }
    if (entry.tokens.size() == kMaxTokensOfIdentity) {
      return Wrong("is one token too many of this name; the limit is ", kMaxTokensOfIdentity,
                   ": leave out the oldest");
    }
    entry.tokens.push_back(*hash);
    same = hash->Text();
  } else if (absl::ConsumePrefix(&text, "cert:")) {
    if (!IsCertificateName(text)) {
      return Wrong("the fourth word names no certificate; takes a whole name, without patterns, ",
                   "such as cert:reports.example.com");
    }
    same = absl::StrCat("cert:", text);
    entry.certificates.emplace_back(text);
  } else {
    return Wrong("the fourth word is no credential; takes ", kCredentialForm);
  }
  const auto [found, is_new] = credentials_.try_emplace(std::move(same), number);
  if (is_new) return absl::OkStatus();
  return Wrong("the credential stands in line ", found->second, " already; leave out one of them");
}

}  // namespace

absl::StatusOr<std::unique_ptr<const AccessTable>> ParseAuthFile(absl::string_view text) {
  if (text.size() > kMaxAuthFileBytes) {
    return absl::InvalidArgumentError(absl::StrCat("auth_file: is ", text.size(),
                                                   " bytes; the limit is ", kMaxAuthFileBytes,
                                                   ": leave out comments and old tokens"));
  }
  Entries entries;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (const absl::Status status = entries.Add(line, number); !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("auth_file: line ", number, ": ", status.message()));
    }
  }
  return std::move(entries).Take();
}

}  // namespace cachestore
