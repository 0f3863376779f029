// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/reply_error.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cachestore::redis {
namespace {

// Without what versions before 7 put before an error of their own inside a script:
// "@user_script: 9: -OOM command not allowed ...".
absl::string_view Bare(absl::string_view error) {
  if (!absl::ConsumePrefix(&error, "@user_script: ")) return error;
  error.remove_prefix(std::min(error.size(), error.find_first_not_of("0123456789")));
  absl::ConsumePrefix(&error, ": ");
  absl::ConsumePrefix(&error, "-");
  return error;
}

// Redis's codes are upper-case words. Anything else is none, and may be part of a value.
absl::string_view CodeOf(absl::string_view error) {
  const absl::string_view word = error.substr(0, error.find(' '));
  const bool is_code = !word.empty() && word.size() <= 32 &&
                       std::all_of(word.begin(), word.end(), absl::ascii_isupper);
  return is_code ? word : "an unknown error";
}

bool IsOneOf(absl::string_view code, std::initializer_list<absl::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// In passing: it starts, fails over, runs a script, cannot save, or has too many clients.
bool IsNotReady(absl::string_view code, absl::string_view error) {
  return IsOneOf(code, {"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY",
                        "MISCONF", "NOREPLICAS"}) ||
         absl::StartsWith(error, "ERR max number of clients");
}

}  // namespace

bool IsRefusedCredential(absl::string_view error) {
  error = Bare(error);
  // A wrong password was a plain ERR once, and what a script may not run still is in version 7.
  // DENIED is the protected mode.
  return IsOneOf(CodeOf(error), {"NOAUTH", "WRONGPASS", "NOPERM", "DENIED"}) ||
         absl::StartsWith(error, "ERR invalid password") || absl::StartsWith(error, "ERR AUTH") ||
         absl::StartsWith(error, "ERR Client sent AUTH") ||
         absl::StartsWith(error, "ERR The user executing the script can't") ||
         absl::StartsWith(error, "The user executing the script can't") ||
         absl::StartsWith(error, "ERR ACL failure in script");
}

bool IsRedirection(absl::string_view error) {
  return IsOneOf(CodeOf(error), {"MOVED", "ASK", "TRYAGAIN"});
}

bool IsUnknownScript(absl::string_view error) { return CodeOf(error) == "NOSCRIPT"; }

absl::Status StatusOfError(absl::string_view error) {
  error = Bare(error);
  const absl::string_view code = CodeOf(error);
  if (IsRefusedCredential(error)) {
    return absl::UnavailableError(absl::StrCat(
        "Redis refuses the user or password of storage_url, or its rights (", code, ")"));
  }
  if (absl::StartsWith(error, "ERR DB index is out of range")) {
    return absl::UnavailableError("Redis has no database of the number that storage_url gives");
  }
  if (IsRedirection(error)) {
    return absl::UnavailableError(
        absl::StrCat("Redis is one server of a cluster (", code,
                     "): storage_url has to begin with redis+cluster://"));
  }
  if (absl::StartsWith(error, "ERR No such master with that name")) {
    return absl::UnavailableError("it knows no master of the name that storage_url gives");
  }
  if (absl::StartsWith(error, "ERR This instance has cluster support disabled")) {
    return absl::UnavailableError(
        "Redis is no cluster: storage_url has to begin with redis:// or rediss://");
  }
  if (IsNotReady(code, error)) {
    return absl::UnavailableError(
        absl::StrCat("Redis cannot serve this now (", code, "): try again"));
  }
  if (code == "WRONGTYPE") {
    return absl::FailedPreconditionError(
        "key: Redis holds something other than a string there (WRONGTYPE); delete it, or use "
        "another key or key_prefix");
  }
  if (code == "OOM") {
    return absl::ResourceExhaustedError(
        "Redis is at its maxmemory and evicts nothing (OOM): raise it, or set a maxmemory-policy");
  }
  return absl::InternalError(
      absl::StrCat("Redis answered with an error that no command of ours expects (", code, ")"));
}

}  // namespace cachestore::redis
