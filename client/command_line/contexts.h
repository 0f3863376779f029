// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_CONTEXTS_H_
#define CLIENT_COMMAND_LINE_CONTEXTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/settings.h"

namespace cachestore {

// A service by a name of its own, and how to reach it.
struct Context {
  std::string name;
  std::string server = {};                           // Its URL.
  std::map<std::string, std::string> settings = {};  // Paths, by the flags that they stand for.
};

inline constexpr char kContextsForm[] =
    "  # A comment. Blank lines are nothing.\n"
    "  [production]\n"
    "  server = grpcs://cache.example:50051\n"
    "  token_file = production.token\n"
    "  tls_ca_file = /etc/ssl/cache-ca.pem\n"
    "\n"
    "A context is its name in brackets and, behind that, its server; where needed, token_file,\n"
    "tls_ca_file, tls_cert_file and tls_key_file. A path that is relative is so to the file's\n"
    "folder. Nothing is quoted, and a value goes on to the end of its line.\n";

// Where contexts stand: cachestore/contexts below $XDG_CONFIG_HOME, or below $HOME/.config without.
// FAILED_PRECONDITION where neither is set.
absl::StatusOr<std::string> ContextsPath(const SettingSource& environment);

// Reads such a text. INVALID_ARGUMENT with the line's number and what it takes. Paths that are
// relative become those below `folder`.
absl::StatusOr<std::vector<Context>> ParseContexts(absl::string_view text,
                                                   const std::string& folder);

// Reads the file. Errors name it; NOT_FOUND if there is none. Reads a disk.
absl::StatusOr<std::vector<Context>> ReadContexts(const std::string& path);

// The one of that name. INVALID_ARGUMENT with those that there are.
absl::StatusOr<Context> FindContext(const std::vector<Context>& contexts, const std::string& name);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_CONTEXTS_H_
