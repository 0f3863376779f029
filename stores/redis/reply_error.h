// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REPLY_ERROR_H_
#define STORES_REDIS_REPLY_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cachestore::redis {

// What a caller is told when Redis answers with an error, given its text without the leading "-":
//
//   FAILED_PRECONDITION  the key holds something other than a string
//   RESOURCE_EXHAUSTED   Redis is full and evicts nothing
//   UNAVAILABLE          Redis cannot serve now, or refuses the credentials that we have, which
//                        is not the caller's fault
//   INTERNAL             any other
//
// Messages repeat the error's code, its first word, and nothing else: the rest may hold keys and
// values.
absl::Status StatusOfError(absl::string_view error);

// Whether the error says that Redis does not accept who we are, or what we may do.
bool IsRefusedCredential(absl::string_view error);

// Whether the error is a cluster's way to say that it has not run the command, and who would:
// MOVED, ASK or TRYAGAIN.
bool IsRedirection(absl::string_view error);

// Whether the error says that Redis does not know the script of an EVALSHA.
bool IsUnknownScript(absl::string_view error);

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REPLY_ERROR_H_
