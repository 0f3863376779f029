// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_
#define CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "stores/cache_store.h"

namespace cachestore {

// The commands on one entry: each makes its call, prints what came of it, and says what to exit
// with. Answers go to stdout, all else to stderr.

// Writes the value and nothing else. A miss writes nothing to stdout.
ExitCode Get(CacheStore& store, const std::string& key);

// Prints the value's etag in hex digits instead.
ExitCode GetEtag(CacheStore& store, const std::string& key);

struct SetArguments {
  std::string key;
  // One of these, or neither: stdin, which must then be no terminal. A value of - is stdin too.
  std::optional<std::string> value;
  std::optional<std::string> file;
  SetOptions options;
};

// Prints nothing; on stderr, which condition was not met.
ExitCode Set(CacheStore& store, const SetArguments& arguments);

struct DeleteArguments {
  std::string key;
  std::optional<std::string> etag;  // The entry must have it.
};

// Prints deleted or absent, or with an etag deleted, or absent or changed.
ExitCode Delete(CacheStore& store, const DeleteArguments& arguments);

// Prints present or absent.
ExitCode Exists(CacheStore& store, const std::string& key);

// Prints the TTL that remains, as --ttl takes it, or none.
ExitCode PrintTtl(CacheStore& store, const std::string& key);

struct TouchArguments {
  std::string key;
  absl::Duration ttl;
};

// Prints nothing.
ExitCode Touch(CacheStore& store, const TouchArguments& arguments);

struct IncrementArguments {
  std::string key;
  int64_t delta = 1;
  std::optional<absl::Duration> ttl;
};

// Prints the sum.
ExitCode Increment(CacheStore& store, const IncrementArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_
