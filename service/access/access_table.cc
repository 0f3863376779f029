// SPDX-License-Identifier: Apache-2.0
#include "service/access/access_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "credentials/token.h"

namespace cachestore {
namespace {

// Takes the scheme off a header; false if it is another one.
bool ConsumeBearer(absl::string_view& header) {
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(header, kScheme)) return false;
  header.remove_prefix(kScheme.size());
  while (absl::ConsumePrefix(&header, " ")) {
  }
  return true;
}

}  // namespace

AccessTable::AccessTable(std::vector<Entry> entries, CappedNamespaces caps)
    : entries_(std::move(entries)), namespaces_(std::move(caps)) {
  for (const Entry& entry : entries_) {
    namespaces_.try_emplace(entry.identity.namespace_name);
    by_name_.emplace(entry.identity.name, &entry);
    for (const std::string& name : entry.certificates) by_certificate_.emplace(name, &entry);
    most_tokens_ = std::max(most_tokens_, entry.tokens.size());
  }
}

absl::StatusOr<const Identity*> AccessTable::FindByAuthorization(absl::string_view header) const {
  if (!ConsumeBearer(header)) {
    return absl::UnauthenticatedError(
        "authorization: is of another scheme; send Bearer, a space, and your token");
  }
  const std::optional<Token> token = ParseToken(header);
  if (!token.has_value()) {
    return absl::UnauthenticatedError(
        "authorization: holds no token of a cache service; send Bearer, a space, and the token "
        "that `cachectl token new` printed, which begins with cs_");
  }
  const auto found = by_name_.find(token->identity);
  const Entry* const entry = found == by_name_.end() ? nullptr : found->second;
  const size_t tokens = entry == nullptr ? 0 : entry->tokens.size();
  // Whatever is not found costs the same hashes. They are compared with what matches nothing.
  static const TokenHash kNobody;
  for (size_t i = 0; i < most_tokens_; ++i) {
    const TokenHash& hash = i < tokens ? entry->tokens[i] : kNobody;
    if (hash.Matches(token->secret) && i < tokens) return &entry->identity;
  }
  return absl::UnauthenticatedError(
      "authorization: the token is not one of those that this server knows; ask its operator "
      "for one");
}

absl::StatusOr<const Identity*> AccessTable::FindByCertificate(
    absl::Span<const std::string> names) const {
  const Entry* found = nullptr;
  for (const std::string& name : names) {
    const auto entry = by_certificate_.find(name);
    if (entry == by_certificate_.end() || entry->second == found) continue;
    if (found != nullptr) {
      return absl::UnauthenticatedError(
          "certificate: its names are those of two identities; show one that has the names of one, "
          "or a token");
    }
    found = entry->second;
  }
  if (found != nullptr) return &found->identity;
  return absl::UnauthenticatedError(
      "certificate: none of its names is one that this server knows; ask its operator to add one, "
      "or for a token");
}

}  // namespace cachestore
