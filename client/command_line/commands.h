// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_COMMANDS_H_
#define CLIENT_COMMAND_LINE_COMMANDS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "client/service_url.h"
#include "stores/cache_store.h"

namespace cachestore {

// The commands of cachectl: each makes its call, prints what came of it, and says what to exit
// with. Answers go to stdout, all else to stderr.

// Which service, and how long a call may take.
struct Target {
  std::string url;
  ServiceAddress address;  // The same, read.
  absl::Duration timeout;
};

// Writes the value and nothing else. A miss writes nothing to stdout.
ExitCode Get(CacheStore& store, const std::string& key);

struct SetArguments {
  std::string key;
  // One of these, or neither: stdin, which must then be no terminal. A value of - is stdin too.
  std::optional<std::string> value;
  std::optional<std::string> file;
  std::optional<absl::Duration> ttl;
};
ExitCode Set(CacheStore& store, const SetArguments& arguments);

// Prints deleted or absent.
ExitCode Delete(CacheStore& store, const std::string& key);

// Prints present or absent.
ExitCode Exists(CacheStore& store, const std::string& key);

// Prints the round trip's time.
ExitCode Ping(CacheStore& store, const Target& target);

// These two ask first, unless `confirmed`.
ExitCode Clear(CacheStore& store, const Target& target, bool confirmed);
ExitCode CloseServer(const Target& target, bool confirmed);

// Prints the serving status.
ExitCode Health(const Target& target, const std::string& service);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_COMMANDS_H_
