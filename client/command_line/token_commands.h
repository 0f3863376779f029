// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TOKEN_COMMANDS_H_
#define CLIENT_COMMAND_LINE_TOKEN_COMMANDS_H_

#include <optional>
#include <string>

#include "client/command_line/exit_code.h"
#include "credentials/role.h"

namespace cachestore {

// The commands on bearer tokens. They call no service.

struct NewTokenArguments {
  std::string name;
  Role role = Role::kRead;
  std::optional<std::string> namespace_name;  // `name` without.
  bool in_json = false;
};

// Prints a new token and, in the next line, what a server's auth file needs to know it by. On
// stderr, which is which: never the token. In JSON one object has both, and stderr nothing.
ExitCode NewToken(const NewTokenArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TOKEN_COMMANDS_H_
