// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_AUTH_FILE_H_
#define SERVICE_ACCESS_AUTH_FILE_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/access/access_table.h"

namespace cachestore {

// How much an auth file may hold.
inline constexpr size_t kMaxAuthFileBytes = size_t{1} << 20;
inline constexpr size_t kMaxAuthLineBytes = 1024;
inline constexpr size_t kMaxIdentities = 1024;
inline constexpr size_t kMaxTokensOfIdentity = 8;

// Reads the text of an auth file, which says who may call. It has a line for each credential:
//
//   # name   role   namespace  credential
//   billing  write  billing    token:sha256:SALT:HASH       # `cachectl token new` prints it
//   billing  write  billing    cert:billing.example.com
//   reports  read   billing    cert:spiffe://example.com/reports
//
// and may have one for each of its namespaces, which says how much that holds in memory, where that
// is not what the settings say:
//
//   namespace billing max_entries=1000 max_bytes=64MiB      # one of them, or both
//
// Nobody is called namespace. Words are apart by spaces or tabs, and a # begins a comment. A cert
// is a name in a certificate, as it stands there. An identity may have several lines, all with its
// one role and namespace: so its token is replaced without a gap, when the new one stands beside
// the old for a while.
//
// Nothing is guessed: what is not exactly so is INVALID_ARGUMENT, with the number of the first such
// line, what is wrong there, and what to write. Nothing of the file is repeated, any word of which
// may be a secret that stands in the wrong place. A file that names nobody is refused, too.
// O(bytes).
absl::StatusOr<std::unique_ptr<const AccessTable>> ParseAuthFile(absl::string_view text);

}  // namespace cachestore

#endif  // SERVICE_ACCESS_AUTH_FILE_H_
