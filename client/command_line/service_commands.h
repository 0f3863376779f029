// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_SERVICE_COMMANDS_H_
#define CLIENT_COMMAND_LINE_SERVICE_COMMANDS_H_

#include <string>

#include "client/command_line/exit_code.h"
#include "client/command_line/target.h"
#include "stores/cache_store.h"

namespace cachestore {

// The commands on a service as a whole: each makes its call, prints what came of it, and says what
// to exit with. Answers go to stdout, all else to stderr.

// Prints the round trip's time; in JSON in seconds.
ExitCode Ping(CacheStore& store, const Target& target, bool in_json);

// These two ask first, unless `confirmed`. They print nothing; in JSON, that it was done.
ExitCode Clear(CacheStore& store, const Target& target, bool confirmed, bool in_json);
ExitCode CloseServer(const Target& target, bool confirmed, bool in_json);

// Prints the serving status.
ExitCode Health(const Target& target, const std::string& service, bool in_json);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_SERVICE_COMMANDS_H_
