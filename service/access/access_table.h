// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_ACCESS_TABLE_H_
#define SERVICE_ACCESS_ACCESS_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "credentials/token_hash.h"
#include "service/access/identity.h"
#include "service/access/namespace_caps.h"

namespace cachestore {

// Who may call, and how they prove who they are. Immutable, so thread-safe; never blocks. What it
// finds lives as long as the table.
//
// An error is UNAUTHENTICATED, says what to do, and tells a stranger nothing: neither whether an
// identity is there nor any part of a credential, also not by the time it takes. Each well-formed
// token that is refused costs as many hashes as the identity with the most tokens has.
class AccessTable {
 public:
  // One identity, and the credentials of which each is enough.
  struct Entry {
    Identity identity;
    std::vector<TokenHash> tokens = {};
    std::vector<std::string> certificates = {};  // The names that they may be for.
  };

  // No two entries have the same name or share a certificate. `caps` are those of namespaces that
  // entries have.
  explicit AccessTable(std::vector<Entry> entries, CappedNamespaces caps = {});
  AccessTable(const AccessTable&) = delete;
  AccessTable& operator=(const AccessTable&) = delete;

  // Every namespace that somebody has, and its caps.
  const CappedNamespaces& namespaces() const { return namespaces_; }

  // Whose token stands in the header `authorization`: Bearer, in letters of either case, and the
  // token (RFC 6750). One that is right costs a hash for each token of its identity up to it.
  absl::StatusOr<const Identity*> FindByAuthorization(absl::string_view header) const;

  // Whose certificate has these names, compared byte by byte. A certificate that is of two
  // identities is refused.
  absl::StatusOr<const Identity*> FindByCertificate(absl::Span<const std::string> names) const;

 private:
  const std::vector<Entry> entries_;
  CappedNamespaces namespaces_;
  absl::flat_hash_map<std::string, const Entry*> by_name_;
  absl::flat_hash_map<std::string, const Entry*> by_certificate_;
  size_t most_tokens_ = 0;  // Of one identity.
};

}  // namespace cachestore

#endif  // SERVICE_ACCESS_ACCESS_TABLE_H_
